"""How large the streams inside a PDF would become: asked before pdfium opens them, as it has no limit of its own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from orewire.model.errors import ExtractError

MAX_INFLATED: Final = 128_000_000
"""The maps of a mining report, all drawn as lines, are 50 MB; pdfium needs ten times a stream of drawing."""
_MAX_LAYERS: Final = 4
_STREAM: Final = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_IMAGE: Final = re.compile(rb"/Subtype\s*/Image\b")
_DICTIONARY: Final = 2_000
_SLICE: Final = 1 << 16
_STEP: Final = 1 << 20


def refuse_pdf_bomb(body: bytes) -> None:
    """ExtractError where what must be read for the text inflates to more than 128 MB; pictures are never opened."""
    total = 0
    for match in _STREAM.finditer(body):
        before = body[max(0, match.start() - _DICTIONARY) : match.start()]
        if not _IMAGE.search(before, before.rfind(b"obj") + 1):
            total += _weigh(body, match.end(), MAX_INFLATED - total)


def _weigh(data: bytes | bytearray, start: int, allowed: int, layer: int = 1) -> int:
    """The size of a zlib stream, or of the one inside it, when open; 0 for what is none."""
    if not _is_zlib(data[start : start + 2]):
        return 0
    size, inner = 0, bytearray()
    for piece in _pieces(data, start):
        size += len(piece)
        if size > allowed or layer > _MAX_LAYERS:
            raise ExtractError(f"no text: too large, a PDF that inflates to more than {MAX_INFLATED // 1_000_000} MB")
        if inner or _is_zlib(piece[:2]):
            inner += piece
    return max(size, _weigh(inner, 0, allowed, layer + 1))


def _is_zlib(head: bytes | bytearray) -> bool:
    return len(head) == 2 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0


def _pieces(data: bytes | bytearray, start: int) -> Iterator[bytes]:
    """What a stream holds, a megabyte at most at a time; a damaged one as far as it can be read."""
    inflater = zlib.decompressobj()
    for place in range(start, len(data), _SLICE):
        pending = bytes(data[place : place + _SLICE])
        while pending and not inflater.eof:
            try:
                piece = inflater.decompress(pending, _STEP)
            except zlib.error:
                return
            pending = inflater.unconsumed_tail
            yield piece
        if inflater.eof:
            return
