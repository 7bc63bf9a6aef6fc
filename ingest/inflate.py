"""Compressed bodies, opened within a bound: a small answer must not fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from orewire.model.errors import FetchError

ACCEPTED: Final = "gzip, deflate, br"
GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_MAX_LAYERS: Final = 3
_STEP: Final = 1 << 20


def inflate(wire: bytes, encodings: str, *, limit: int) -> bytes:
    """The body inside all layers of a Content-Encoding header; FetchError `body_too_large` or `bad_encoding`."""
    layers = [name for part in encodings.lower().split(",") if (name := part.strip()) and name != "identity"]
    if len(layers) > _MAX_LAYERS:
        raise FetchError("bad_encoding", f"{len(layers)} layers of compression, at most {_MAX_LAYERS} are opened")
    body = wire
    for name in reversed(layers):
        body = _open_layer(body, name, limit)
    return body


def inflate_file(body: bytes, *, limit: int) -> bytes:
    """The content of a body that is itself a gzip file; any other body as it is."""
    return _gather(_gzip(body), limit) if body.startswith(GZIP_MAGIC) else body


def _open_layer(body: bytes, name: str, limit: int) -> bytes:
    if not body:
        return body
    if name in ("gzip", "x-gzip"):
        return _gather(_gzip(body), limit)
    if name == "deflate":
        return _gather(_zlib(body, _deflate_window(body)), limit)
    if name == "br":
        return _gather(_brotli(body), limit)
    raise FetchError("bad_encoding", f"content encoded as {name[:40]!r}, which was not asked for")


def _gather(pieces: Iterator[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise FetchError("body_too_large", f"more than {limit} bytes after decompression")
    return bytes(body)


def _gzip(data: bytes) -> Iterator[bytes]:
    """Every member of a gzip stream; what follows the last is padding, and ignored as gzip itself does."""
    while data.startswith(GZIP_MAGIC[:2]):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield from _drain(inflater, data)
        data = inflater.unused_data
        if not data.startswith(GZIP_MAGIC):
            return
    raise FetchError("bad_encoding", "not gzip, though the server says so")


def _zlib(data: bytes, window: int) -> Iterator[bytes]:
    yield from _drain(zlib.decompressobj(window), data)


def _deflate_window(data: bytes) -> int:
    """`deflate` means zlib, but old servers send the bare stream: the two-byte zlib header tells."""
    is_zlib = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def _drain(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while not inflater.eof:
        try:
            piece = inflater.decompress(data, _STEP)
        except zlib.error as error:
            raise FetchError("bad_encoding", str(error)) from error
        data = inflater.unconsumed_tail
        if not piece and not data and not inflater.eof:
            raise FetchError("bad_encoding", "the compressed body is cut short")
        yield piece


def _brotli(data: bytes) -> Iterator[bytes]:
    import brotli

    inflater = brotli.Decompressor()
    while not inflater.is_finished():
        try:
            piece = inflater.process(data, output_buffer_limit=_STEP)
        except brotli.error as error:
            raise FetchError("bad_encoding", str(error)) from error
        data = b""
        if not piece and inflater.can_accept_more_data() and not inflater.is_finished():
            raise FetchError("bad_encoding", "the compressed body is cut short")
        yield piece
