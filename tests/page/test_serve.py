"""``oedipus serve``: where it listens, what it asks for, how it ends."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from oedipus.page.limits import Limits


@contextmanager
def serving(*flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "oedipus", "serve", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        try:
            yield server, found[0]
        finally:
            server.terminate()


def test_bound_elsewhere_it_needs_the_token_that_it_prints() -> None:
    with serving("--host", "0.0.0.0") as (_, address):
        secret = address.partition("?token=")[2]
        assert len(secret) >= 24
        port = re.search(r":(\d+)/", address)
        assert port
        here = f"http://127.0.0.1:{port[1]}/"
        assert httpx2.get(here).status_code == 401
        assert httpx2.get(here, params={"token": "x" * len(secret)}).status_code == 401
        with httpx2.Client(follow_redirects=True) as browser:
            shown = browser.get(here, params={"token": secret})
            assert shown.status_code == 200
            assert "token" not in str(shown.url)
            assert browser.get(f"{here}api/about").status_code == 200
        assert httpx2.get(here, headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--text", "0"], "text: a limit is a positive number"),
        (["--token", "short"], "can be guessed"),
        (["--host", "203.0.113.1"], "cannot listen at 203.0.113.1"),
    ],
)
def test_what_makes_no_sense(flags: list[str], words: str) -> None:
    command = [sys.executable, "-m", "oedipus", "serve", "--port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert words in done.stderr


def test_limits_are_positive() -> None:
    with pytest.raises(ValueError, match="seconds"):
        Limits(seconds=-1)
