"""OPML: lists of feeds as other readers write and take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree import ElementTree  # for writing only

from ingest.addresses import is_web_url
from ingest.charset import decode
from ingest.plaintext import clean_line, shorten
from ingest.xml import local_name, parse_xml
from orewire.model.errors import FeedError
from orewire.model.feed import FeedSpec

MAX_FEEDS: Final = 20_000
_MAX_NAME: Final = 120
_LANGUAGE: Final = re.compile("[a-z]{2}(?=$|[-_])")


def read_opml(body: bytes) -> list[FeedSpec]:
    """The feeds of an OPML document, each address once; FeedError where it is none."""
    root = parse_xml(decode(body))
    if local_name(root) != "opml":
        raise FeedError(f"no OPML, but <{local_name(root)[:40]}>")
    found: dict[str, FeedSpec] = {}
    for outline in root.iter("{*}outline"):
        attributes = {name.lower(): clean_line(value) for name, value in outline.attrib.items()}
        scheme, separator, rest = attributes.get("xmlurl", "").partition(":")
        url = f"{scheme.lower()}{separator}{rest}"
        if is_web_url(url) and len(found) < MAX_FEEDS:
            found.setdefault(url, _spec(url, attributes))
    return list(found.values())


def _spec(url: str, attributes: Mapping[str, str]) -> FeedSpec:
    name = shorten(attributes.get("title") or attributes.get("text") or url, _MAX_NAME)
    language = _LANGUAGE.match(attributes.get("language", "").lower())
    kind = attributes.get("orewirekind") or "feed"
    return FeedSpec(url=url, name=name, kind=kind, lang=language[0] if language else None)


def write_opml(specs: Iterable[FeedSpec]) -> bytes:
    """An OPML 2.0 document that other readers take; what is no feed carries its kind in an attribute of ours."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "orewire feeds"
    body = ElementTree.SubElement(root, "body")
    for spec in specs:
        outline = ElementTree.SubElement(body, "outline", type="rss", text=spec.name, title=spec.name, xmlUrl=spec.url)
        if spec.kind != "feed":
            outline.set("orewireKind", spec.kind)
        if spec.lang:
            outline.set("language", spec.lang)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
