"""Every link of a built site: those within it lead somewhere, the others are well formed and nothing is loaded there.

    python docs/site/links.py docs/_build/html

Prints each that is wrong; the exit status is 1 where there is one.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

LOADED = {"script", "img", "iframe", "source", "link"}
"""Elements that a browser fetches by itself; of links those that are a style sheet or an icon."""
FETCHED = {"stylesheet", "icon", "preload", "modulepreload"}


@dataclass
class Page(HTMLParser):
    """What a page links to, as (element, target), and the names of its places."""

    links: list[tuple[str, str]] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note both."""
        given = dict(attrs)
        self.places |= {name for key in ("id", "name") if (name := given.get(key))}
        loaded = tag in LOADED and (tag != "link" or bool(FETCHED & set((given.get("rel") or "").split())))
        for key in ("href", "src"):
            if target := given.get(key):
                self.links.append((tag if loaded else "a", target))


def read(path: Path) -> Page:
    """A page of the site."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def wrong(site: Path) -> Iterator[str]:
    """Every link that leads nowhere, said in a line."""
    pages = {path.resolve(): read(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    for path, page in pages.items():
        for tag, target in page.links:
            if reason := _reason(path, tag, urlsplit(target), pages):
                yield f"{path.relative_to(site.resolve())}: {target}: {reason}"


def _reason(path: Path, tag: str, target: SplitResult, pages: dict[Path, Page]) -> str:
    if target.scheme in ("data", "mailto", "javascript"):
        return ""
    if target.scheme or target.netloc:
        if tag != "a":
            return "is loaded from elsewhere"
        sound = target.scheme in ("https", "http") and "." in target.netloc and " " not in target.geturl()
        local = target.hostname in ("localhost", "127.0.0.1")
        return "" if sound and not local else "is no address that a reader can open"
    file = (path.parent / unquote(target.path)).resolve() if target.path else path
    if not file.is_file():
        return "there is no such file"
    places = pages[file].places if file in pages else set()
    return "" if not target.fragment or unquote(target.fragment) in places else "there is no such place on it"


def main() -> int:
    """Check the site that the command line names."""
    found = sorted(set(wrong(Path(sys.argv[1]))))
    print(*found, sep="\n", end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
