"""The door to what draws: one picture at a time, each kept for those who ask for the same again."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final

from orewire.web.charts.ink import dress, spec

_LOG = logging.getLogger(__name__)
_KEPT: Final = 32_000_000
"""Bytes of pictures that are kept, compressed."""
_FORM: Final = "1"
"""Changes where the same picture is drawn otherwise: a browser's copy of it is stale then."""

Spec = Mapping[str, Any]
Draw = Callable[[Spec, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture that can be drawn: its parts, and its name for those who do not see it."""

    spec: Spec
    title: str

    @property
    def key(self) -> str:
        """The same for the same picture, and for no other."""
        told = json.dumps([_FORM, self.title, self.spec], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(slots=True)
class Gallery:
    """Pictures that were drawn, the last ones asked for; safe to ask from many threads, of which one draws."""

    draw: Draw
    room: int = _KEPT
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _size: int = 0
    _keeping: Lock = field(default_factory=Lock)
    _drawing: Lock = field(default_factory=Lock)

    def get(self, drawing: Drawing) -> bytes:
        """The picture."""
        key = drawing.key
        if (kept := self._find(key)) is not None:
            return kept
        with self._drawing:
            if (kept := self._find(key)) is not None:  # somebody else had it drawn meanwhile
                return kept
            drawn = self.draw(drawing.spec, drawing.title)
        self._keep(key, drawn)
        return drawn

    def _find(self, key: str) -> bytes | None:
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, drawn: bytes) -> None:
        with self._keeping:
            self._size += len(drawn) - len(self._kept.pop(key, b""))
            self._kept[key] = drawn
            while self._size > self.room:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped)


def can_draw() -> bool:
    """Whether what draws is installed: the extra `charts`."""
    return find_spec("vl_convert") is not None


def draw_svg(spec: Spec, title: str) -> bytes:
    """The picture as SVG, compressed by gzip: a third of its size, for the wire and for those that are kept."""
    import vl_convert

    return gzip.compress(dress(str(vl_convert.vegalite_to_svg(dict(spec))), title).encode(), 6, mtime=0)


def warm_up() -> None:
    """Let what draws load its machine: the first picture would take a second longer."""
    if can_draw():
        draw_svg(spec(60, 40, (0, 0, 0, 0), [{"data": {"values": [{}]}, "mark": "point"}]), "warm")
        _LOG.info("charts_ready")
