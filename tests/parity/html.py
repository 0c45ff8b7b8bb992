"""What a page says, read off its HTML by a parser that knows nothing of how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "rect", "path", "circle"})


@dataclass(slots=True)
class Element:
    """An element with its attributes; text stands between the children, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def get(self, attribute: str) -> str:
        """The attribute's value, empty when it is not there."""
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        """Its text with that of everything in it, spaces made one."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for each in self.content:
            yield from [each] if isinstance(each, str) else each._words()

    def all(self, tag: str = "", **attributes: str) -> Iterator[Element]:
        """Every element in it of this tag and with these attributes (`data_fact="…"`), in document order."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        for each in self.content:
            if isinstance(each, Element):
                if (not tag or each.tag == tag) and wanted.items() <= each.attributes.items():
                    yield each
                yield from each.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].content.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            closed = self._open.pop()
            assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}> at line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)


def parse(text: str) -> Element:
    """The document; every element that is opened must be closed."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert builder._open == [builder.root], [each.tag for each in builder._open]
    return builder.root
