"""The colours of pictures by light and by dark, and what makes a drawn SVG one of ours.

Blue and vermilion are told apart by all who see two colours at all; each text has 4.5 to 1 on both grounds.
"""

from __future__ import annotations

import re
from typing import Any, Final
from xml.sax.saxutils import escape

from orewire.digest.plain import clean

STRONG: Final = "#1d1c1a"
QUIET: Final = "#5f5b54"
BAR: Final = "#0a5a83"
FOR: Final = "#17608f"
AGAINST: Final = "#9f3818"
MIXED: Final = "#75569f"
PLAIN: Final = "#7b766d"
AXIS: Final = "#8a857b"
LAND: Final = "#dedad2"
SHORE: Final = "#fbfaf7"
VEIL: Final = "#b8b2a6"
VEILED: Final = 0.35
"""How much of a veil is seen."""

DARK: Final = {
    STRONG: "#ece8e1",
    QUIET: "#aaa498",
    BAR: "#8cc8e8",
    FOR: "#82b9ee",
    AGAINST: "#f2a184",
    MIXED: "#bfa8e2",
    PLAIN: "#9a9489",
    AXIS: "#857f74",
    LAND: "#393631",
    SHORE: "#161513",
    VEIL: "#5a554c",
}
"""What each colour is in the dark."""
TEXTS: Final = (STRONG, QUIET, FOR, AGAINST)
"""Colours that words are written in."""
GROUNDS: Final = (("#fbfaf7", "#ffffff"), ("#161513", "#1f1d1a"))
"""What pages lie on, by light and in the dark; a picture has no ground of its own."""

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
"""The name of the language; nothing is fetched."""
_TAG: Final = re.compile(r"<[a-zA-Z][^<>]*>")
_NOISE: Final = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|version|xmlns:xlink)="[^"]*"| opacity="1"')
_EMPTY: Final = re.compile(r'<path class="(?:background|foreground)"[^<>]*/>')
_LONGEST_TITLE: Final = 1_000
_LONG: Final = re.compile(r"(\d+\.\d)\d+")


def spec(width: int, height: int, pads: tuple[int, int, int, int], layer: list[dict[str, Any]]) -> dict[str, Any]:
    """A picture of exactly that size; the pads are left, right, top and bottom of where it is drawn."""
    left, right, top, bottom = pads
    text = {"labelColor": QUIET, "labelFontSize": 12, "domainColor": AXIS, "tickColor": AXIS, "grid": False}
    return {
        "$schema": _SCHEMA,
        "background": "transparent",
        "autosize": {"type": "none"},
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "width": width - left - right,
        "height": height - top - bottom,
        "config": {
            "aria": False,
            "font": _FONT,
            "view": {"stroke": None},
            "axis": text,
            "text": {"color": STRONG, "fontSize": 13, "baseline": "alphabetic"},
        },
        "layer": layer,
    }


def dress(svg: str, title: str) -> str:
    """A drawn SVG with a title and colours for the dark, without what only scripts would need."""
    svg = _TAG.sub(_clean_tag, _EMPTY.sub("", svg))
    head = f"<title>{escape(clean(title, _LONGEST_TITLE))}</title><style>{_STYLE}</style>"
    return re.sub(r"<svg ([^<>]*)>", lambda found: f'<svg role="img" {found[1]}>{head}', svg, count=1)


def _clean_tag(found: re.Match[str]) -> str:
    """Tenths of a pixel are all that is seen: half of the bytes are digits behind them."""
    return _LONG.sub(r"\1", _NOISE.sub("", found[0]))


def _dark_style() -> str:
    rules = (f'[{part}="{light}"]{{{part}:{dark}}}' for light, dark in DARK.items() for part in ("fill", "stroke"))
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


_STYLE: Final = _dark_style()
