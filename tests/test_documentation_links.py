"""What looks through the links of the built site finds those that are wrong."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "docs" / "site" / "links.py"
SOUND = """<a href="other.html#there">x</a> <a href="#here" id="here">y</a> <a href="https://example.org/a">z</a>
<img src="data:image/png;base64,AA=="> <a href="folder/one.html">w</a>"""
WRONG = """<a href="none.html">1</a> <a href="other.html#nowhere">2</a> <script src="https://example.org/x.js"></script>
<a href="http://localhost:8088/">4</a> <a href="https://example">5</a> <img src="none.png">"""


def checked(site: Path, text: str) -> subprocess.CompletedProcess[str]:
    (site / "folder").mkdir(exist_ok=True)
    (site / "index.html").write_text(text, encoding="utf-8")
    (site / "other.html").write_text('<p id="there">x</p>', encoding="utf-8")
    (site / "folder" / "one.html").write_text('<a href="../index.html">x</a>', encoding="utf-8")
    return subprocess.run([sys.executable, SCRIPT, site], capture_output=True, text=True, check=False)


def test_sound_links_pass(tmp_path: Path) -> None:
    done = checked(tmp_path, SOUND)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_wrong_link_is_told(tmp_path: Path) -> None:
    done = checked(tmp_path, WRONG)
    assert done.returncode == 1
    told = [line.split(": ")[1:] for line in done.stdout.splitlines()]
    assert {target for target, _ in told} == {
        "none.html", "other.html#nowhere", "https://example.org/x.js", "http://localhost:8088/", "https://example",
        "none.png",
    }  # fmt: skip
