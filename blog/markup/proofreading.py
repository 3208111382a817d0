"""Finds what a proofreader would check in rendered HTML: links, pictures and quotations."""

from html.parser import HTMLParser


class ProofreadingParser(HTMLParser):
    """Reads rendered HTML once. `links` are the targets in order; images and quotations are counted or listed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images_without_renditions: list[str] = []
        self.images_without_alt = self.quotations_without_source = 0
        self._attributed: list[bool] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and (target := named.get("href")):
            self.links.append(target)
        elif tag == "img":
            self.images_without_alt += not (named.get("alt") or "").strip()
            if "srcset" not in named and (source := named.get("src")):
                self.images_without_renditions.append(source)
        elif tag == "figure":
            self._attributed.append("quotation" in (named.get("class") or "").split())
        elif tag == "blockquote":
            # The outermost quotation names the source of those within it.
            self.quotations_without_source += not self._depth and not any(self._attributed)
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "figure" and self._attributed:
            self._attributed.pop()
        elif tag == "blockquote" and self._depth:
            self._depth -= 1
