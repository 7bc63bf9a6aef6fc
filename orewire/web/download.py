"""A file that the service sends, read as it comes in; one that breaks off is an error and not a shorter file."""

from __future__ import annotations

import urllib.request
from http.client import HTTPException, HTTPResponse
from types import TracebackType

from orewire.model.errors import StoreError


class Download:
    """The part of a binary stream that a reader from the beginning to the end needs."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response

    def header(self, name: str) -> str:
        """What the service says of the file besides."""
        value = self._response.headers[name]
        if value is None:
            raise StoreError(f"the service answered without {name}: is it of another version?")
        return str(value)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end. StoreError where it ends before all was sent."""
        try:
            found = self._response.read(None if size < 0 else size)
        except (OSError, HTTPException) as error:
            raise StoreError(f"the service broke off: {error}") from error
        if not found and self._response.length:
            raise StoreError(f"the service broke off, {self._response.length:,} bytes before the end")
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._response.close()

    def __enter__(self) -> Download:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def authorised(token: str) -> dict[str, str]:
    """The header that shows a token; nothing for an empty one, which asks as anybody does."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def open_download(url: str, token: str, timeout: float) -> Download:
    """Ask for a file; urllib's HTTPError where the service refuses, StoreError where it does not answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy: it is on this machine
    request = urllib.request.Request(url, headers=authorised(token))  # noqa: S310 - our own service
    try:
        return Download(opener.open(request, timeout=timeout))
    except urllib.error.HTTPError:
        raise
    except OSError as error:
        raise StoreError(f"the service at {url} did not answer: {error}") from error
