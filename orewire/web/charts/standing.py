"""Where a project stood: a lane for each word that ever held of it, filled for as long as it held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from orewire.model.project import FIGHTS, Standing
from orewire.web.charts.draw import Drawing
from orewire.web.charts.ink import AGAINST, AXIS, BAR, MIXED, STRONG, spec
from orewire.web.charts.rows import Words, words_layer

_PADS: Final = (92, 12, 4, 24)
_LANE, _BAR = 24, 14
_TICK: Final = 110
_EARLIER: Final = timedelta(days=30)
"""Of what held from ever, so much is shown before the first change."""
_ADVERSE: Final = ("closed", "refused", "suspended", "halted")
_AT_WORK: Final = ("operating", "building", "permitted")


def standing_height(standings: Sequence[Standing]) -> int:
    """Of its picture."""
    return _PADS[2] + _PADS[3] + _LANE * len(_lanes(standings))


def draw_standing(standings: Sequence[Standing], today: date, width: int) -> Drawing | None:
    """The picture until today; None where nothing is known."""
    lanes, days = _lanes(standings), [one.since for one in standings if one.since]
    if not lanes or not days:
        return None
    first, height = min(days) - _EARLIER, standing_height(standings)
    end = max(today, max(days)) + timedelta(days=1)
    axis = {
        "title": None,
        "tickCount": max(2, (width - _PADS[0] - _PADS[1]) // _TICK),
        "labelFlush": 30,
        "labelOverlap": "greedy",
        "labelSeparation": 14,
    }
    axis["format"] = "%Y" if (end - first).days > 3000 else "%b %Y"
    scale = {"type": "utc", "domain": [first.isoformat(), end.isoformat()]}
    x = {"field": "since", "type": "temporal", "scale": scale, "axis": axis}
    layers = [_bars(standings, lanes, x, (first, end)), _names(lanes)]
    return Drawing(spec=spec(width, height, _PADS, layers), title=standing_title(standings))


def standing_title(standings: Sequence[Standing]) -> str:
    """Its spans in words, the last to begin first."""
    told = [f"{one.word.replace('_', ' ')} {_when(one)}" for one in reversed(standings)]
    return f"Where it stood: {'; '.join(told) or 'not known'}"


def _when(one: Standing) -> str:
    since = f"since {one.since}" if one.since else "from the start"
    return f"{since} until {one.until}" if one.until else since


def _lanes(standings: Sequence[Standing]) -> list[str]:
    """The words in the order in which they first held, fights last."""
    words = dict.fromkeys(one.word for one in standings)
    return sorted(words, key=lambda word: word in FIGHTS)


def _bars(
    standings: Sequence[Standing], lanes: Sequence[str], x: dict[str, Any], span: tuple[date, date]
) -> dict[str, Any]:
    values = []
    for one in standings:
        top = lanes.index(one.word) * _LANE + (_LANE - _BAR) / 2
        since, until = max(one.since or span[0], span[0]), min(one.until or span[1], span[1])
        ends = {"since": since.isoformat(), "until": until.isoformat()}
        values.append({**ends, "top": top, "foot": top + _BAR, "color": _color(one.word)})
    encoding = {
        "x": x,
        "x2": {"field": "until"},
        "y": {"field": "top", "type": "quantitative", "scale": None, "axis": None},
        "y2": {"field": "foot"},
        "color": {"field": "color", "type": "nominal", "scale": None, "legend": None},
    }
    return {"data": {"values": values}, "mark": {"type": "bar", "cornerRadius": 2}, "encoding": encoding}


def _names(lanes: Sequence[str]) -> dict[str, Any]:
    names = [
        Words(x=-10, y=place * _LANE + _LANE / 2 + 4, words=word.replace("_", " "), color=STRONG)
        for place, word in enumerate(lanes)
    ]
    return words_layer(names, align="right")


def _color(word: str) -> str:
    if word in FIGHTS:
        return MIXED
    return AGAINST if word in _ADVERSE else BAR if word in _AT_WORK else AXIS
