"""Two charts and a map of a digest as PNG, for programs that show no SVG; each says its figures in words as well.

Transparent, in colours of middling lightness: readable on white and on black. Without the extra `charts` there are no
pictures.
"""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final

from orewire.digest.catalogue import Catalogue
from orewire.digest.compose import Digest
from orewire.model.trend import Trend

_LOG = logging.getLogger(__name__)

INK: Final = "#797979"
"""Of words and axes: 4.3 to 1 on white and on near black, as much as both can have."""
BAR: Final = "#2f86c5"
SPOT: Final = "#d5711a"
WIDTH: Final = 400
"""Of a picture, in the units of CSS; it holds twice as many pixels."""
_SCALE = 2
_ROW = 24
_BARS = 10
_LABELS = 4
_FULL = 8
"""Events of the largest spot on the map, where no country has more."""
_MONTH = "MMM yy"
_NAMED = 6
"""Values that the words of a picture tell; the rest are counted together."""
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""The name of the language; nothing is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG, its name in a message (`cid:NAME`), and its words, for those who do not see it. Sizes are those of CSS."""

    name: str
    title: str
    png: bytes
    alt: str
    width: int
    height: int


def draw_pictures(digest: Digest, words: Catalogue) -> tuple[Picture, ...]:
    """The pictures of a digest that has new events; none where nothing can draw them."""
    if not digest.new_count:
        return ()
    pictures = (_weeks(digest, words), _bars(digest, words), _map(digest, words))
    return tuple(picture for picture in pictures if picture)


def draw_trend(trend: Trend, words: Catalogue, title: str) -> Picture | None:
    """Events by month and family."""
    spec = trend_spec(trend, words, _MONTH)
    return _picture("trend", spec, title, trend_alt(trend, words, title)) if spec else None


def draw_trend_svg(trend: Trend, words: Catalogue) -> str | None:
    """The same as SVG, for paper."""
    spec, renderer = trend_spec(trend, words, _MONTH), _renderer()
    return str(renderer.vegalite_to_svg(spec)) if spec and renderer else None


def _weeks(digest: Digest, words: Catalogue) -> Picture | None:
    if digest.weeks is None or not (spec := trend_spec(digest.weeks, words, "d MMM")):
        return None
    title = words.say("digest.by_family")
    return _picture("weeks", spec, title, trend_alt(digest.weeks, words, title))


def _bars(digest: Digest, words: Catalogue) -> Picture | None:
    counts, title = mineral_counts(digest, words), words.say("digest.by_mineral")
    return _picture("minerals", bars_spec(counts), title, _alt(words, title, counts)) if counts else None


def _map(digest: Digest, words: Catalogue) -> Picture | None:
    counts = [(words.country(code), number) for code, number in digest.countries]
    title = words.say("digest.map")
    return _picture("map", map_spec(digest.countries), title, _alt(words, title, counts)) if counts else None


def mineral_counts(digest: Digest, words: Catalogue) -> list[tuple[str, int]]:
    """New events by mineral in the reader's words; what is rare counted together."""
    counts = [(words.mineral(name), number) for name, number in digest.minerals]
    rest = sum(number for _, number in counts[_BARS:])
    return [*counts[:_BARS], (words.say("digest.others"), rest)] if rest else counts


def trend_spec(trend: Trend, words: Catalogue, form: str) -> dict[str, Any] | None:
    """A row of bars for each family that has any, all of one scale; None where nothing happened."""
    totals = _totals(trend)
    if not totals:
        return None
    labels = {family: f"{words.say(f'families.{family}')}  {words.number(total)}" for family, total in totals}
    weeks = [_label(words, period.start, form) for period in trend.periods]
    lines = {key: line for (key, _), line in zip(trend.keys, trend.counts, strict=True)}
    values = [
        {"week": week, "family": labels[family], "events": count or 0, "unread": count is None}
        for family, _ in totals
        for week, count in zip(weeks, lines[family], strict=True)
    ]
    header = {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "left", "labelLimit": 180}
    facet = {"row": {"field": "family", "type": "nominal", "sort": list(labels.values()), "header": header}}
    return _spec(data={"values": values}, facet=facet, spec=_bars_of_weeks(weeks), spacing=6)


def _bars_of_weeks(weeks: Sequence[str]) -> dict[str, Any]:
    """A bar for each week, and a veil over those in which nothing was read."""
    shown = weeks[:: -max(1, -(-len(weeks) // _LABELS))]  # from the last one back
    axis = {"title": None, "values": shown, "labelAngle": 0, "ticks": False, "labelFlush": True}
    events = {"field": "events", "type": "quantitative", "axis": None}
    return {
        "width": WIDTH - 160,
        "height": _ROW,
        "encoding": {"x": {"field": "week", "type": "ordinal", "sort": list(weeks), "axis": axis}},
        "layer": [
            {"mark": {"type": "bar", "color": BAR}, "encoding": {"y": events}},
            {"transform": [{"filter": "datum.unread"}], "mark": {"type": "rect", "color": INK, "opacity": 0.25}},
        ],
    }


def bars_spec(counts: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """A bar for each value, its number at its end."""
    values = [
        {"name": name, "events": number, "color": BAR if at < _BARS else INK}
        for at, (name, number) in enumerate(counts)
    ]
    most = max(number for _, number in counts)
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False}}
    x = {"field": "events", "type": "quantitative", "axis": None, "scale": {"domain": [0, most * 1.15]}}
    return _spec(
        data={"values": values},
        width=WIDTH,
        height=(len(values) + 1) * _ROW,
        autosize={"type": "fit", "contains": "padding"},
        encoding={"y": y, "x": x},
        layer=[
            {
                "mark": {"type": "bar", "height": {"band": 0.7}},
                "encoding": {"color": {"field": "color", "scale": None}},
            },
            {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"text": {"field": "events"}}},
        ],
    )


def map_spec(countries: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """The world, and a spot in each country as large as its number of events."""
    world = read_world()
    spots = [
        {"latitude": world["points"][code][0], "longitude": world["points"][code][1], "events": number}
        for code, number in countries
        if code in world["points"]
    ]
    outlines = {"values": world["outlines"], "format": {"type": "topojson", "feature": "countries"}}
    land = {"type": "geoshape", "fill": INK, "fillOpacity": 0.45, "stroke": INK, "strokeWidth": 0.4}
    spot = {"type": "circle", "color": SPOT, "opacity": 0.85, "stroke": "white", "strokeWidth": 0.5}
    largest = max((spot["events"] for spot in spots), default=0)
    scale = {"type": "sqrt", "domain": [0, max(largest, _FULL)], "range": [0, 450]}
    size = {"field": "events", "type": "quantitative", "legend": None, "scale": scale}
    places = {name: {"field": name, "type": "quantitative"} for name in ("longitude", "latitude")}
    return _spec(
        width=WIDTH,
        height=WIDTH // 2,
        projection={"type": "naturalEarth1"},
        layer=[
            {"data": outlines, "mark": land},
            {"data": {"values": spots}, "mark": spot, "encoding": {**places, "size": size}},
        ],
    )


def trend_alt(trend: Trend, words: Catalogue, title: str) -> str:
    """Its figures in words: how many of each family, and in the last period."""
    counts = [(words.say(f"families.{family}"), total) for family, total in _totals(trend)]
    last = sum(line[-1] or 0 for line in trend.counts) if trend.periods else 0
    return f"{_alt(words, title, counts)}; {words.say(f'digest.last_{trend.period}', n=words.number(last))}"


def _totals(trend: Trend) -> list[tuple[str, int]]:
    """Families that have any events, the most frequent first."""
    sums = [(key, sum(count or 0 for count in line)) for (key, _), line in zip(trend.keys, trend.counts, strict=True)]
    return sorted((one for one in sums if one[1]), key=lambda one: -one[1])


def _alt(words: Catalogue, title: str, counts: Sequence[tuple[str, int]]) -> str:
    rest = sum(number for _, number in counts[_NAMED:])
    told = [*counts[:_NAMED], *([(words.say("digest.others"), rest)] if rest else [])]
    figures = ", ".join(words.say("digest.figure", name=name, n=words.number(number)) for name, number in told)
    return words.say("digest.figures", what=title, figures=figures)


def _label(words: Catalogue, day: date, form: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, form, locale=words.locale))


@functools.cache
def read_world() -> Any:
    """Outlines of the countries as TopoJSON, and a point (latitude, longitude) for each code; public domain."""
    return json.loads(resources.files("orewire.digest").joinpath("data", "world.json").read_text(encoding="utf-8"))


def _spec(**parts: Any) -> dict[str, Any]:
    text = {"labelColor": INK, "labelFontSize": 13, "domainColor": INK}
    config = {
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {**text, "grid": False},
        "header": {"labelColor": INK, "labelFontSize": 13},
        "text": {"color": INK, "fontSize": 13},
    }
    return {"$schema": _SCHEMA, "background": "transparent", "config": config, "padding": 2, **parts}


def _picture(name: str, spec: dict[str, Any], title: str, alt: str) -> Picture | None:
    renderer = _renderer()
    if renderer is None:
        return None
    png = renderer.vegalite_to_png(spec, scale=_SCALE)
    width, height = (int.from_bytes(png[place : place + 4], "big") // _SCALE for place in (16, 20))
    return Picture(name=name, title=title, png=png, alt=alt, width=width, height=height)


def _renderer() -> Any:
    """What draws, or None where it is not installed."""
    try:
        import vl_convert
    except ImportError:
        _LOG.info("no_pictures missing=vl-convert-python extra=charts")
        return None
    return vl_convert
