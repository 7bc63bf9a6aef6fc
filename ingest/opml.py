"""OPML: lists of feeds as other readers write and take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree  # for writing only

from ingest.addresses import canonical_url, is_web_url
from ingest.charset import decode
from ingest.plaintext import clean_line, shorten
from ingest.xml import local_name, parse_damaged_xml
from orewire.model.errors import FeedError
from orewire.model.feed import FeedSpec

MAX_FEEDS: Final = 20_000
_MAX_NAME: Final = 120
_LANGUAGE: Final = re.compile("[a-z]{2}(?=$|[-_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The feeds of an OPML document; `left_out` counts outlines whose address is none, `damage` says what is broken."""

    feeds: tuple[FeedSpec, ...]
    left_out: int = 0
    damage: str | None = None


def read_opml(body: bytes) -> FeedList:
    """The feeds of an OPML document, each address once; FeedError where it is none."""
    root, damage = parse_damaged_xml(decode(body))
    if local_name(root) != "opml":
        raise FeedError(f"no OPML, but <{local_name(root)[:40]}>")
    found: dict[str, FeedSpec] = {}
    left_out = 0
    for outline in root.iter("{*}outline"):
        attributes = {name.lower(): clean_line(value) for name, value in outline.attrib.items()}
        url = _address(attributes.get("xmlurl", ""))
        if url and len(found) < MAX_FEEDS:
            found.setdefault(canonical_url(url), _spec(url, attributes))
        else:
            left_out += "xmlurl" in attributes
    return FeedList(feeds=tuple(found.values()), left_out=left_out, damage=damage)


def _address(url: str) -> str | None:
    """A web address, for `feed:` and schemes in capitals, too; None where it is none."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "feed":
        return _address(rest if rest.lower().startswith(("http:", "https:")) else f"http:{rest}")
    url = f"{scheme.lower()}:{rest}"
    return url if is_web_url(url) else None


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
