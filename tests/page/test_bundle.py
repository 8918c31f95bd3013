"""What is served was made of what is in the tree, and asks nobody but its own server."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "cli" / "page"
RECORD = json.loads((PAGE / "static" / "sources.json").read_text(encoding="utf-8"))
MOST = 900_000


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_sources_are_those_that_were_bundled() -> None:
    sources = [*(PAGE / "frontend" / "src").iterdir(), *(PAGE / "frontend").glob("*.*")]
    found = {one.relative_to(PAGE / "frontend").as_posix(): digest(one) for one in sources if one.is_file()}
    assert found == RECORD["sources"], "run `make page` and commit what it wrote"


def test_the_bundle_is_what_was_made() -> None:
    made = {one.name: digest(one) for one in (PAGE / "static").iterdir() if one.name != "sources.json"}
    assert made == RECORD["made"], "run `make page`; the bundle is never edited"


def test_the_bundle_is_small() -> None:
    assert sum(one.stat().st_size for one in (PAGE / "static").iterdir()) < MOST


@pytest.mark.parametrize("name", ["index.html", "page.css", "page.js", "icon.svg"])
def test_nothing_outside_is_named(name: str) -> None:
    text = (PAGE / "static" / name).read_text(encoding="utf-8")
    named = set(re.findall(r"https?://([\w.-]+\.\w+)", text))
    # A vocabulary of XML, and where a library's messages ask for reports; the policy lets nothing be loaded from them.
    assert named <= {"www.w3.org", "github.com"}


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    text = (PAGE / "static" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text) == []
