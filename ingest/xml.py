"""XML of any kind but feeds: read without entities, external files or network. The one door of lxml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from orewire.model.errors import FeedError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:x0*([0-9a-f]{1,16})|0*([0-9]{1,16}));?", re.IGNORECASE | re.ASCII)


def readable_xml(text: str) -> str:
    """The text without characters, and references to such, that XML has not: one would cost the whole document."""
    return _REFERENCE.sub(_readable_reference, _NOT_XML.sub("", text))


def _readable_reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else ""


def parse_xml(text: str) -> Element:
    """The root element; FeedError where there is none. What is broken is read as far as it makes sense."""
    return parse_damaged_xml(text)[0]


def parse_damaged_xml(text: str) -> tuple[Element, str | None]:
    """The root element as far as it makes sense, and what is broken, if anything is; FeedError where there is none."""
    from lxml import etree

    # lxml itself refuses elements nested 256 deep and texts of 10 MB.
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root: Any = etree.fromstring(readable_xml(text).lstrip("\ufeff \t\r\n").encode(), parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(f"not XML: {str(error)[:100]}") from error
    if root is None:
        raise FeedError("not XML")
    damage = next((f"line {entry.line}: {entry.message}" for entry in parser.error_log), None)
    return root, damage


def local_name(element: Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def find_children(element: Element, name: str) -> Iterator[Element]:
    """The children of that name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)


def find_text(element: Element, *path: str) -> str | None:
    """The text at the end of a path of children's names, the first that has any."""
    if not path:
        return (element.text or "").strip() or None
    texts = (find_text(child, *path[1:]) for child in find_children(element, path[0]))
    return next(filter(None, texts), None)
