"""Bytes to text, when the labels may lie: byte order mark, strict UTF-8, header, declaration, then detection."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD: Final = 200_000
"""How far a declaration is looked for: some pages carry 100 kB of script before it."""
_SAMPLE: Final = 20_000
_MIN_DETECT: Final = 4
_XML_DECLARED: Final = re.compile(rb"<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_META_DECLARED: Final = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
# What people mean by these names is the larger set that Windows writes under them (WHATWG's table).
_MEANT: Final = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874", "tis-620": "cp874", "big5": "big5hkscs",
    "utf-8-sig": "utf-8",
}  # fmt: skip
# Escapes in plain ASCII: valid UTF-8 whatever they mean. UTF-7 is left out: it only ever smuggles markup.
_ESCAPING: Final = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
# Python's own codecs, which no page is written in: they fail in ways of their own, or make lone surrogates.
_NEVER: Final = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a feed or page, as good as it can be had; never raises."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if wide := _wide_without_mark(body):
        return body.decode(wide, "replace")
    declared = [name for name in (_from_header(content_type), _from_declaration(body)) if name]
    escaping = next((name for name in declared if name in _ESCAPING), None)
    if escaping is None and (text := _strictly(body, "utf-8")) is not None:
        return text
    for name in declared:
        if name != "utf-8" and (text := _strictly(body, name)) is not None:
            return text
    return _mended(body) if "utf-8" in declared or _is_mostly_utf8(body) else _detected(body, declared)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 without its mark: the first character of a feed or page is a `<`."""
    if body[:4] in (b"<\x00?\x00", b"<\x00r\x00", b"<\x00h\x00", b"<\x00!\x00"):
        return "utf-16-le"
    return "utf-16-be" if body[:4] in (b"\x00<\x00?", b"\x00<\x00r", b"\x00<\x00h", b"\x00<\x00!") else None


def _from_header(content_type: str | None) -> str | None:
    match = _HEADER_CHARSET.search(content_type or "")
    return _known(match[1]) if match else None


def _from_declaration(body: bytes) -> str | None:
    head = body[:_HEAD]
    match = _XML_DECLARED.search(head[:1000]) or _META_DECLARED.search(head)
    name = _known(match[1].decode("ascii")) if match else None
    return None if name and name.startswith(("utf-16", "utf-32")) else name  # it could not have been read


def _known(label: str) -> str | None:
    try:
        info = codecs.lookup(label)
    except LookupError:
        return None
    if not info._is_text_encoding or info.name in _NEVER:
        return None
    return _MEANT.get(info.name, info.name)


def _is_mostly_utf8(body: bytes) -> bool:
    """Whether more high bytes stand in whole UTF-8 sequences than outside: a feed glued from several sources."""
    sample = body[:_SAMPLE]
    high = sum(byte >= 0x80 for byte in sample)
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    return high > 0 and broken * 4 < high


def _mended(body: bytes) -> str:
    """UTF-8 in which stray bytes are read as Windows-1252."""
    return body.decode("utf-8", "orewire_cp1252" if _register() else "replace")


def _register() -> bool:
    codecs.register_error("orewire_cp1252", _as_cp1252)  # costs nothing to repeat, and nothing is done at import
    return True


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _detected(body: bytes, declared: list[str]) -> str:
    """What statistics make of it; where they fail, the declaration with marks for what it cannot read."""
    from charset_normalizer import from_bytes

    high_lines = b"\n".join(line for line in body[: 10 * _SAMPLE].splitlines() if not line.isascii())[:_SAMPLE]
    best = from_bytes(high_lines).best() if len(high_lines) >= _MIN_DETECT else None
    for name in ([_MEANT.get(best.encoding, best.encoding)] if best else []) + declared:
        text = body.decode(name, "replace")
        if text.count("\ufffd") * 100 <= len(text):
            return text
    return body.decode("cp1252", "replace")
