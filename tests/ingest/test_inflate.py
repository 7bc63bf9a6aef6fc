"""Compressed bodies are opened, within their bound, or refused with a reason."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.inflate import inflate, inflate_file
from orewire.model.errors import FetchError

TEXT = b"The permit was granted on Tuesday. " * 50
STEP = 1 << 20


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)  # without the time of day, so that every process names the tests alike


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def reason(wire: bytes, encodings: str, limit: int = 100_000) -> str:
    with pytest.raises(FetchError) as caught:
        inflate(wire, encodings, limit=limit)
    return caught.value.reason


@pytest.mark.parametrize(
    ("wire", "encodings"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gz(TEXT), "gzip"),
        (gz(TEXT), " GZIP ,"),
        (gz(TEXT), "x-gzip"),
        (gz(TEXT[:100]) + gz(TEXT[100:]), "gzip"),
        (gz(TEXT) + b"\x00\x00\x00", "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (bare_deflate(TEXT), "deflate"),
        (brotli.compress(TEXT), "br"),
        (brotli.compress(gz(TEXT)), "gzip, br"),
        (brotli.compress(zlib.compress(gz(TEXT))), "gzip, deflate, br"),
    ],
)
def test_opened(wire: bytes, encodings: str) -> None:
    """Every layer of every encoding that we accept is opened."""
    assert inflate(wire, encodings, limit=len(TEXT) + 100) == TEXT


def test_empty_body() -> None:
    """An empty body is empty whatever it is called: a 304 has such."""
    assert b"" == inflate(b"", "gzip, br", limit=10)


@pytest.mark.parametrize("size", [STEP - 1, STEP, STEP + 1, 2 * STEP])
@pytest.mark.parametrize(("pack", "name"), [(gz, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")])
def test_sizes_around_the_step(pack: object, name: str, size: int) -> None:
    """A body that fills its buffer to the last byte is whole."""
    assert callable(pack)
    assert size == len(inflate(pack(b"a" * size), name, limit=2 * STEP))


@pytest.mark.parametrize(
    ("wire", "encodings"),
    [(gz(b"a" * 9_000_000), "gzip"), (zlib.compress(b"a" * 9_000_000), "deflate")],
)
def test_bomb(wire: bytes, encodings: str) -> None:
    """What would grow beyond the bound is refused."""
    assert "body_too_large" == reason(wire, encodings)
    assert "body_too_large" == reason(brotli.compress(wire), f"{encodings}, br", limit=5_000)


@pytest.mark.parametrize(
    ("wire", "encodings"),
    [
        (b"plain", "gzip"),
        (b"plain", "deflate"),
        (b"plain text", "br"),
        (gz(TEXT)[:-20], "gzip"),
        (zlib.compress(TEXT)[:-6], "deflate"),
        (brotli.compress(TEXT)[:-3], "br"),
        (TEXT, "zstd"),
        (gz(TEXT), "gzip, gzip, gzip, gzip"),
        (gz(TEXT) + gz(TEXT)[:-9], "gzip"),
    ],
)
def test_refused(wire: bytes, encodings: str) -> None:
    """What is cut short, not what it is said to be, or not asked for is a bad encoding."""
    assert "bad_encoding" == reason(wire, encodings)


def test_file_that_is_gzip() -> None:
    """A body that is itself a gzip file is opened; any other is left as it is."""
    assert TEXT == inflate_file(gz(TEXT), limit=10_000)
    assert TEXT == inflate_file(TEXT, limit=10)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "gzip, br", "zstd"]), st.booleans())
def test_any_bytes(wire: bytes, encodings: str, is_marked: bool) -> None:
    """No bytes raise anything but FetchError, or give more than the bound."""
    wire = b"\x1f\x8b\x08\x00" + wire if is_marked else wire
    try:
        assert len(inflate_file(inflate(wire, encodings, limit=1_000), limit=1_000)) <= 1_000
    except FetchError as error:
        assert error.reason in ("body_too_large", "bad_encoding")
