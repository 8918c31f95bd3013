"""The page as a person meets it, in Chromium: skipped where there is none (`make test-page` installs it)."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("there is no Chromium here", allow_module_level=True)
sync = pytest.importorskip("playwright.sync_api", reason="the extra 'browser' is not installed")
expect = sync.expect

PATIENCE = 60_000
"""Milliseconds for what is computed: machines of tests are busy."""
MISTAKEN = "There are three numbers:\nI. The first number is ood.\nII. The second is two larger than the first.\n"
REST = (
    "III. The first plus the second equal the third.\nIV. The third number is not a seven.\n"
    "V. It also contains no closed circle.\n"
)
ENDLESS = "digits a, b, c\na + b = c\nsolve by hmc, draws 100000\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "oedipus", "serve", "--port", "0", "--solvers", "1", "--readers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the server says where it is"
        yield found[0]
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with sync.sync_playwright() as playwright:
        there = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield there
        there.close()


@pytest.fixture
def page(browser: "Browser", address: str) -> "Iterator[Page]":
    """A new visitor's page; at the end nothing was asked of anybody else, and the console has nothing to say."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    there, said, asked = context.new_page(), [], []
    # A report may run no scripts, which is told of those by which the driver itself looks at it, too.
    there.on("console", lambda one: said.append(one.text) if "'allow-scripts'" not in one.text else None)
    there.on("pageerror", lambda error: said.append(str(error)))
    there.on("request", lambda request: asked.append(request.url))
    there.goto(address)
    expect(there.locator(".cm-content")).to_be_visible()
    yield there
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    context.close()


def write(page: "Page", text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_a_mistake_is_underlined_and_mended_and_solved(page: "Page") -> None:
    write(page, MISTAKEN + REST)
    expect(page.locator(".cm-lintRange-error")).to_have_text("ood")
    expect(page.locator("#mistakes")).to_contain_text("did you mean 'odd'?")
    expect(page.locator("#mistakes-count")).to_have_text("1 mistake in the riddle")
    page.get_by_role("button", name="Replace by “odd”").click()
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("The answer is first = 1, second = 3, third = 4.")
    assert page.locator("#panel-result .digit .value").all_text_contents() == ["1", "3", "4"]
    expect(page.locator("#panel-result .row").first.locator("img")).to_have_count(8)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "oedipus.zip"
    page.get_by_role("tab", name="Result").focus()
    for name, words in (("Verdict", "Unique: one solution."), ("Explain", "first is odd"), ("Why", "third = 4"),
                        ("Log", "by bank")):  # fmt: skip
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tabpanel")).to_contain_text(words)


@pytest.mark.parametrize("width", [360, 1200])
def test_a_report_needs_no_scrolling_sideways(page: "Page", address: str, width: int) -> None:
    write(page, "digits left_one, b, c\nc is odd\nleft_one + b > 4\n")
    page.keyboard.press("Control+Enter")
    there = page.get_by_role("link", name="Report").get_attribute("href", timeout=5 * PATIENCE)
    text = page.request.get(f"{address.rstrip('/')}{there}").text()
    # The server's policy lets the report run nothing, not even the browser's driver.
    report = page.context.browser.new_context(viewport={"width": width, "height": 800}).new_page()
    report.set_content(text)
    expect(report.get_by_role("heading", name="What the posterior believes")).to_be_visible()
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML)"
    assert report.locator("main *:not(.graph *):not(details:not([open]) *)").evaluate_all(cut) == []
    report.get_by_text("more readings").click()
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")
    report.context.close()


def test_cancel_stops_within_a_second(page: "Page") -> None:
    write(page, ENDLESS)
    page.get_by_role("button", name="Solve").click()
    expect(page.locator("#panel-result .samples img").first).to_be_visible()
    expect(page.locator("#panel-result .curve").first).to_be_visible()
    began = time.monotonic()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled.")
    assert time.monotonic() - began < 1.5, "a second, and what the browser's driver takes"
    expect(page.get_by_role("button", name="Solve")).to_be_enabled()
    expect(page.get_by_role("button", name="Solve")).to_be_focused()


def test_a_shared_link_is_the_riddle(page: "Page", address: str) -> None:
    text = "# for whoever gets it: ünï ±\ndigits a, b\na = b + 7\n"
    write(page, text)
    page.get_by_role("button", name="Share").click()
    expect(page.locator("#status")).to_contain_text("the riddle is in it")
    link = page.url
    assert link.startswith(f"{address}#riddle=")
    fresh = page.context.browser.new_context().new_page()
    fresh.goto(link)
    expect(fresh.locator(".cm-line")).to_have_text([*text.splitlines(), ""])
    fresh.reload()
    expect(fresh.locator(".cm-line")).to_have_text([*text.splitlines(), ""])
    fresh.context.close()


def test_help_while_typing(page: "Page") -> None:
    write(page, "digits a, b\na is od")
    page.keyboard.press("Control+Space")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("odd")
    page.locator(".cm-tooltip-autocomplete").get_by_text("odd", exact=True).click()
    expect(page.locator(".cm-line").nth(1)).to_have_text("a is odd")
    page.locator(".cm-line").nth(1).hover(position={"x": 30, "y": 10})
    expect(page.locator(".cm-lsp-hover-tooltip")).to_contain_text("a is odd")
    write(page, "digits a,b\na   is odd\n")
    page.get_by_role("button", name="Format").click()
    expect(page.locator(".cm-line")).to_have_text(["digits a, b", "a is odd", ""])


def test_a_picture_is_uploaded_and_measured(page: "Page") -> None:
    import io

    import numpy as np

    stored = io.BytesIO()
    np.save(stored, np.zeros((28, 28), dtype=np.float32))
    write(page, 'digit x\ndata y = "seen.npy"\nx = y ± 0.3\n')
    expect(page.locator("#mistakes")).to_contain_text("none of your uploads")
    page.get_by_role("button", name="Pictures").click()
    page.locator("#upload").set_input_files({"name": "seen.npy", "mimeType": "x", "buffer": stored.getvalue()})
    expect(page.locator("#pictures-list")).to_contain_text("28 × 28, grey")
    page.keyboard.press("Escape")
    expect(page.locator("#mistakes li")).to_have_count(0)


def test_the_gallery_fills_the_editor(page: "Page") -> None:
    page.get_by_role("button", name="Riddles").click()
    page.get_by_label("Search").fill("send more")
    page.get_by_role("button", name=re.compile("Send more money")).click()
    expect(page.locator(".cm-content")).to_contain_text("SEND")
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_word_is_taught_by_picking(page: "Page") -> None:
    import base64
    import io

    import numpy as np
    from PIL import Image

    page.get_by_role("button", name="Teach").click()
    pictures = page.locator("#teach-grid button")
    expect(pictures).to_have_count(60)
    expect(page.get_by_role("button", name="Learn")).to_be_disabled()
    page.get_by_role("textbox", name="Word").fill("bold")
    sources = page.locator("#teach-grid img").evaluate_all("all => all.map(one => one.src)")
    ink = [np.asarray(Image.open(io.BytesIO(base64.b64decode(one.partition(",")[2])))).mean() for one in sources]
    ranks = np.argsort(np.argsort(ink)).tolist()
    pictures.first.focus()
    for at, rank in enumerate(ranks):
        expect(pictures.nth(at)).to_be_focused()
        for _ in range(1 if rank >= 40 else 2 if rank >= 25 else 0):
            page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    expect(page.locator("#teach-count")).to_contain_text("20 bold, 25 not, 15 left out")
    page.get_by_role("button", name="Learn").click()
    expect(page.locator("#teach-result")).to_contain_text("accuracy", timeout=5 * PATIENCE)
    page.get_by_role("button", name="Write bold in the riddle").click()
    expect(page.locator(".cm-line").nth(1)).to_have_text("x is bold")
    expect(page.locator("#mistakes li")).to_have_count(0)
    write(page, "digit x\nx is bo")
    page.keyboard.press("Control+Space")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("bold")
    page.keyboard.press("Escape")
    write(page, "digit x\nx is bold\nx is odd\n")
    page.get_by_role("button", name="Solve").click()
    expect(page.locator("#status")).to_contain_text("The answer is x =")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_scrolling_sideways_and_text_can_be_read(
    browser: "Browser", address: str, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, color_scheme=scheme)
    phone = context.new_page()
    phone.goto(address)
    expect(phone.locator(".cm-content")).to_be_visible()
    widths = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    thin = phone.evaluate(CONTRASTS)
    assert thin, "there is text"
    assert {name: ratio for name, ratio in thin if ratio < 4.5} == {}, "WCAG 2 AA"
    unnamed = phone.evaluate(
        "[...document.querySelectorAll('button,input,[role=tab],[role=textbox]')]"
        ".filter(one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).map(one => one.outerHTML)"
    )
    assert unnamed == []
    context.close()


CONTRASTS = """() => {
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = ([r, g, b]) => {
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !one.checkVisibility() || one.closest("script, .skip, .hidden, noscript")) continue;
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    found.push([`${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`, (a + 0.05) / (b + 0.05)]);
  }
  return found;
}"""
