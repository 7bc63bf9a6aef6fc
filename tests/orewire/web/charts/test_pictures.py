"""Pictures of answers: what they show, how large they are, and that names in them are only names."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orewire.model.event import Filters
from orewire.model.trend import Trend
from orewire.web.charts.balance import balance_title, draw_balance
from orewire.web.charts.draw import Drawing, draw_svg
from orewire.web.charts.pictures import PictureRef, picture_of_balance, picture_of_trend
from orewire.web.charts.rows import MOST_ROWS, shortened
from orewire.web.charts.standing import draw_standing, standing_height, standing_title
from orewire.web.charts.trend import draw_trend, trend_title
from tests.orewire.web.charts.answers import STANDINGS, balance_of, trend_of

WIDTHS = (360, 720, 1080)


def svg_of(drawing: Drawing | None) -> etree._Element:
    assert drawing is not None
    return etree.fromstring(gzip.decompress(draw_svg(drawing.spec, drawing.title)))


def size_of(root: etree._Element) -> tuple[int, int]:
    return int(root.attrib["width"]), int(root.attrib["height"])


def words_of(root: etree._Element) -> list[str]:
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def picture(trend: Trend, width: int = 720) -> PictureRef:
    found = picture_of_trend(Filters(country=("CL",)), trend, width=width)
    assert found is not None
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("keys", [1, 3, 20])
def test_a_trend_is_as_large_as_was_told(width: int, keys: int) -> None:
    """The page knows the size before the picture is there."""
    trend = trend_of({f"mineral {key}": [key + 1, None, 2] for key in range(keys)})
    ref = picture(trend, width)
    assert (ref.width, ref.height) == size_of(svg_of(draw_trend(trend, width)))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_balance_is_as_large_as_was_told(width: int) -> None:
    """The same of for and against."""
    balance = balance_of({"Jadar": [(1, 2), (0, 3)], "Barroso": [(0, 0), (1, 0)]})
    ref = picture_of_balance(Filters(), balance, width=width)
    assert ref is not None
    assert (ref.width, ref.height) == size_of(svg_of(draw_balance(balance, width)))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_standing_is_as_large_as_was_told(width: int) -> None:
    """A lane for each word."""
    drawn = svg_of(draw_standing(STANDINGS, date(2025, 1, 1), width))
    assert (width, standing_height(STANDINGS)) == size_of(drawn)
    assert {"sought", "permitted", "suspended", "contested"} <= set(words_of(drawn))


def test_a_trend_names_its_rows_and_tells_their_sums() -> None:
    """Labels stand beside what they mean; the rarest keys are left to the table."""
    drawn = svg_of(draw_trend(trend_of({f"m{key}": [9, 90 - key] for key in range(12)}), 720))
    words = words_of(drawn)
    assert "m0" in words
    assert "99 · most 90 a week" in words
    assert MOST_ROWS == sum(word.endswith("a week") for word in words)


def test_what_was_not_read_is_veiled() -> None:
    """One veil over weeks that follow each other; none where all was read."""
    gaps = draw_trend(trend_of({"a": [1, None, None, 2, None]}), 720)
    assert gaps is not None
    assert 2 == len(gaps.spec["layer"][0]["data"]["values"])
    whole = draw_trend(trend_of({"a": [1, 0, 2]}), 720)
    assert whole is not None
    assert [] == whole.spec["layer"][0]["data"]["values"]


def test_nothing_to_draw() -> None:
    """Without events there is no picture, and the page shows its words alone."""
    assert draw_trend(Trend(by=("all",), period="week"), 720) is None
    assert draw_trend(trend_of({"a": [0, None]}), 720) is None
    assert picture_of_trend(Filters(), trend_of({"a": [0]})) is None
    assert draw_balance(balance_of({}), 720) is None
    assert draw_standing((), date(2025, 1, 1), 720) is None


def test_its_figures_in_words() -> None:
    """For those who do not see it."""
    assert "Events by week: lithium 3, gold 1" == trend_title(trend_of({"lithium": [1, 2], "gold": [1, None]}))
    assert "Events with support and opposition by week: Jadar 1 for, 5 against" == balance_title(
        balance_of({"Jadar": [(1, 2), (0, 3)]})
    )
    assert standing_title(STANDINGS).startswith("Where it stood: suspended since 2024-02-01; contested since")


def test_addresses_have_the_question() -> None:
    """The picture asks what the page asked, and a phone is given a narrow one."""
    ref = picture(trend_of({"lithium": [1]}))
    assert "/charts/trend.svg?country=CL&period=week&by=mineral&width=720" == ref.src
    assert [("(max-width: 44rem)", ref.src.replace("720", "360"), 360)] == list(ref.sources)


def test_a_day_lies_where_its_pads_tell() -> None:
    """The span is drawn from the left pad to the right one: what is dragged over it are these days."""
    trend = trend_of({"lithium": [1, 1, 1, 1]})
    ref, drawn = picture(trend), svg_of(draw_trend(trend, 720))
    (shape,) = (path for path in drawn.iter("{http://www.w3.org/2000/svg}path") if path.get("fill") == "#0a5a83")
    xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+),", shape.attrib["d"])]
    assert (0, 720 - sum(ref.pads)) == (min(xs), max(xs))


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_names_are_only_names(name: str) -> None:
    """Whatever a project is called, the picture is well-formed and holds no element that ours do not."""
    hostile = f'<script>alert(1)</script>{name}"&]]>'
    drawn = svg_of(draw_balance(balance_of({hostile: [(1, 2)], "b": [(1, 0)]}), 360))
    tags = {etree.QName(one).localname for one in drawn.iter()}
    assert tags <= {"svg", "title", "style", "g", "path", "line", "text", "rect", "defs", "clipPath"}
    assert not any(key.startswith("on") for one in drawn.iter() for key in one.attrib)


@given(st.text(max_size=100), st.floats(0, 2000))
def test_names_are_cut_where_there_is_no_room(name: str, room: float) -> None:
    """And never more than that."""
    short = shortened(name, room)
    assert short == name or (short.endswith("…") and len(short) <= max(4, room / 7.3))


def test_many_days_are_one_shape() -> None:
    """Ten years by day take no more than a few weeks do where nothing changes."""
    short, long = (trend_of({"a": [1] * days}, period="day") for days in (50, 1500))
    sizes = [len(gzip.decompress(draw_svg(d.spec, d.title))) for one in (short, long) if (d := draw_trend(one, 720))]
    assert abs(sizes[0] - sizes[1]) < 1500
