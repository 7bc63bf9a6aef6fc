"""Pictures: right sizes and figures, readable on white and on black, and none where nothing draws them."""

from __future__ import annotations

import logging
import sys
from datetime import date, timedelta

import pytest

from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.digest.compose import Digest
from orewire.digest.pictures import BAR, INK, SPOT, WIDTH, draw_pictures, map_spec, trend_alt, trend_spec
from orewire.digest.render import render_letter
from orewire.model.trend import Period, Trend
from tests.orewire.digest.conftest import digest_of, event

WEEKS = tuple(Period(start=date(2025, 8, 18) + timedelta(weeks=n), events=1, articles=9) for n in range(13))


def trend() -> Trend:
    """Two families that have events, one that has none, and a week in which nothing was read."""
    return Trend(
        by=("family",),
        period="week",
        periods=WEEKS,
        keys=(("permitting", None), ("legal", None), ("labour", None)),
        counts=((None, *range(12)), (None, *[1] * 12), (None, *[0] * 12)),
    )


def digest() -> Digest:
    return digest_of(event(), weeks=trend(), minerals=(("lithium", 3), ("gold", 1)), countries=(("RS", 3), ("XX", 1)))


def contrast(one: str, other: str) -> float:
    """As WCAG counts it."""

    def light(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    return max(light(one), light(other)) / min(light(one), light(other))


@pytest.mark.parametrize("ground", ["#ffffff", "#16181c"])
def test_colours_are_readable_on_both_grounds(ground: str) -> None:
    """Words nearly 4.5 to 1, which no colour can be on both; bars and spots 3 to 1."""
    assert contrast(INK, ground) > 4
    assert contrast(BAR, ground) > 3
    assert contrast(SPOT, ground) > 3


def test_three_pictures_with_their_figures() -> None:
    """PNG, in the sizes that are told, small, and each with its figures in words."""
    pictures = draw_pictures(digest(), get_catalogue("en"))
    assert ["weeks", "minerals", "map"] == [one.name for one in pictures]
    assert all(one.png.startswith(b"\x89PNG") and one.width <= WIDTH + 60 for one in pictures)
    assert sum(len(one.png) for one in pictures) < 600_000
    assert [
        "Events by week and kind, 13 weeks: permits 66, courts 12; in the last week 12",
        "New events by mineral: lithium 3, gold 1",
        "New events on the map: Serbia 3, XX 1",
    ] == [one.alt for one in pictures]


def test_a_letter_refers_to_its_pictures_and_a_page_has_them_within() -> None:
    """`cid:` in the message, `data:` in the page, nothing else; under 1 MB."""
    letter = render_letter(digest())
    assert [f'src="cid:{name}"' in letter.html for name in ("weeks", "minerals", "map")] == [True] * 3
    assert 3 == letter.page.count('src="data:image/png;base64,')
    assert "cid:" not in letter.page
    assert len(letter.page.encode()) < 1_000_000


def test_a_trap_in_a_sentence_is_no_picture() -> None:
    """A text that looks like the reference to a picture stays one."""
    trap = digest_of(event(evidence='<img src="cid:weeks" width'), weeks=trend())
    assert 1 == render_letter(trap).page.count("data:image/png")


def test_without_the_extra_there_are_none(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Only the log says so."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with caplog.at_level(logging.INFO):
        letter = render_letter(digest())
    assert () == letter.pictures
    assert "<img" not in letter.html
    assert "In pictures" not in letter.html
    assert "no_pictures" in caplog.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_in_each_language(lang: str) -> None:
    """Words of the catalogue, families with no event left out."""
    words = get_catalogue(lang)
    told = trend_alt(trend(), words, "T")
    assert words.say("families.permitting") in told
    assert words.say("families.labour") not in told


def test_a_trend_of_nothing_is_no_picture() -> None:
    """Nor a map of places that nobody knows."""
    nothing = Trend(by=("family",), period="week", periods=WEEKS, keys=(("legal", None),), counts=((0,) * 13,))
    assert trend_spec(nothing, get_catalogue("en"), "d MMM") is None
    assert [] == map_spec([("XX", 1)])["layer"][1]["data"]["values"]


def test_weeks_without_reading_are_veiled() -> None:
    """Zero events are another thing than nothing read."""
    spec = trend_spec(trend(), get_catalogue("en"), "d MMM")
    assert spec is not None
    assert 2 == sum(value["unread"] for value in spec["data"]["values"])
