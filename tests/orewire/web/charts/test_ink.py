"""Pictures are read by light and in the dark, and nothing in them is more than a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from orewire.web.charts.ink import AXIS, DARK, GROUNDS, LAND, PLAIN, SHORE, STRONG, TEXTS, VEIL, VEILED, dress

SVG = '<svg class="marks" width="9" height="9" xmlns="http://www.w3.org/2000/svg"><g class="a">{}</g></svg>'


def luminance(color: tuple[float, ...]) -> float:
    """Of sRGB, as WCAG 2.2 has it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))


def over(color: str, ground: str, share: float) -> tuple[float, ...]:
    """A colour of which so much is seen, on a ground."""
    return tuple(share * one + (1 - share) * other for one, other in zip(rgb(color), rgb(ground), strict=True))


def contrast(color: tuple[float, ...], ground: tuple[float, ...]) -> float:
    dark, bright = sorted((luminance(color), luminance(ground)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", TEXTS)
@pytest.mark.parametrize("is_dark", [False, True])
def test_words_have_contrast(color: str, *, is_dark: bool) -> None:
    """4.5 to 1 on what pages lie on, and where a veil lies between."""
    shown, veil = (DARK[color], DARK[VEIL]) if is_dark else (color, VEIL)
    for ground in GROUNDS[is_dark]:
        assert contrast(rgb(shown), rgb(ground)) >= 4.5
        assert contrast(rgb(shown), over(veil, ground, VEILED)) >= 4.5


@pytest.mark.parametrize("color", sorted(set(DARK) - {LAND, SHORE, VEIL}))
@pytest.mark.parametrize("is_dark", [False, True])
def test_shapes_have_contrast(color: str, *, is_dark: bool) -> None:
    """What means something stands out from the ground by 3 to 1."""
    for ground in GROUNDS[is_dark]:
        assert contrast(rgb(DARK[color] if is_dark else color), rgb(ground)) >= 3


def test_every_colour_has_one_for_the_dark() -> None:
    """By its own value, so that no two parts of a picture can be taken for each other."""
    style = dress(SVG.format(""), "x")
    for color in (STRONG, AXIS, PLAIN):
        assert f'[fill="{color}"]{{fill:{DARK[color]}}}' in style


def test_only_tenths_are_kept_and_words_stay_as_they_are() -> None:
    """Numbers of the drawing are shortened; a number in a word is what somebody wrote."""
    dressed = dress(SVG.format('<path d="M1.2345,6.789"/><text>0.12345 t d="1.234"</text>'), "x")
    assert '<path d="M1.2,6.7"/>' in dressed
    assert '<text>0.12345 t d="1.234"</text>' in dressed


@given(st.text(max_size=200))
def test_no_title_breaks_the_picture(title: str) -> None:
    """Whatever it is made of, what comes out is well-formed and holds no more elements."""
    root = etree.fromstring(dress(SVG.format(""), title).encode())
    assert ["title", "style", "g"] == [etree.QName(one).localname for one in root]
    assert "img" == root.get("role")
