"""What README shows is what happens."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in path.parts]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_riddle_shown_is_the_one_that_is_shipped() -> None:
    shown = re.search(r"```\n(There are three numbers.*?)```", README, re.DOTALL)
    assert shown
    assert shown.group(1).strip() in (ROOT / "riddles" / "three_numbers.riddle").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python_examples_run(code: str) -> None:
    space: dict[str, object] = {}
    exec(compile(code, "<README.md>", "exec"), space)
    for name, value in space.items():
        if name.startswith("test_"):
            value()  # type: ignore[operator]
    if "result" in space:
        assert dict(space["result"].answer) == {"a": 8, "b": 1}  # type: ignore[attr-defined]


def test_the_mistake_shown_is_the_one_reported() -> None:
    shown = re.search(r"\$ printf '(.*?)' \| oedipus check -\n(.*?)```", README, re.DOTALL)
    assert shown
    text = shown.group(1).replace("\\n", "\n")
    command = [sys.executable, "-m", "oedipus", "check", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.strip() == shown.group(2).strip()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(str(path.relative_to(ROOT)) for path in PAGES)])
def test_links_lead_somewhere(page: str) -> None:
    """On GitHub, too, where pages are read as they are."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_every_page_of_the_documentation_has_its_place() -> None:
    """In a table of contents of the site, or is one."""
    listed = {"index"}
    for path in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            listed |= {line.strip("<>") for line in block.split() if not line.startswith(":")}
    names = {str(path.relative_to(ROOT / "docs").with_suffix("")) for path in PAGES}
    assert not [name for name in names if not any(fnmatch(name, one) for one in listed)]
