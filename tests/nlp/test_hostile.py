"""Texts made to be slow or to break things: an answer each time, offsets that are true, time that grows with length."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.analyzer import analyze
from nlp.text import blank_long_runs, replace_surrogates

TOLD = "The ministry revoked the licence of the lithium mine in Serbia after protests by residents. "
FAR_TOO_LONG = 60.0
"""Seconds; each of these once took minutes or never ended. No measure of speed: the machine is shared."""


@pytest.mark.parametrize(
    "text",
    [
        '"' * 200_000 + " lithium mine",
        "政府批准锂矿项目许可证" * 5_000,
        "the ministry granted a permit to the lithium mine and " * 4_000,
        TOLD * 10_000,
        "lithium " * 100_000,
        "US$1.2 billion " * 20_000 + " lithium mine",
        "on 3 March 2024 " * 10_000 + " lithium mine",
        "\n" * 500_000 + "lithium mine",
        "l\u0301" * 100_000 + " lithium mine",
    ],
    ids=["quotes", "chinese", "no full stop", "long", "one word", "money", "dates", "lines", "combining"],
)
def test_long_texts_end(text: str) -> None:
    """No length or shape of text keeps a worker busy for minutes."""
    started = time.perf_counter()
    analyze("1", "Lithium mine", text)
    assert time.perf_counter() - started < FAR_TOO_LONG


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("Court halts lithium mine", ""),
        ("COURT HALTS LITHIUM MINE", TOLD.upper()),
        ("Court halts <b>lithium</b> mine", f"<p>{TOLD}</p>"),
        ("محكمة توقف منجم الليثيوم", "أوقفت المحكمة منجم الليثيوم في صربيا"),
        ("⛏️ lithium", "Protesters 🪧 blocked the lithium mine 😀 in Chile."),
        ("lithium \ud800 mine", "The court \udfff halted the lithium mine."),
        ("li\0thium", "The court\0 halted the lithium mine."),
        ("Mina de litio", "El gobierno aprobó la mina. The court halted the lithium mine. 法院叫停了锂矿。"),
    ],
)
def test_odd_texts_are_answered(title: str, text: str) -> None:
    """Whatever the text is made of, the answer's offsets point at its evidence."""
    assert_true_offsets(title, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.sampled_from([TOLD, "\ud83d", "\udc4d", "\n", "锂矿", "<p>", "\0", " " * 9, "x" * 500]), max_size=12),
)
def test_offsets_are_true_for_any_text(title: str, pieces: list[str]) -> None:
    """Evidence is text[start:end], whatever stands around it."""
    assert_true_offsets(title, "".join(pieces))


def assert_true_offsets(title: str, text: str) -> None:
    analysis = analyze("1", title, text)
    mentions, stances = analysis.events, analysis.stances
    for evidence in [*(mention.evidence for mention in mentions), *(stance.evidence for stance in stances)]:
        if evidence.start is not None:
            assert evidence.text == replace_surrogates(text)[evidence.start : evidence.end]


@given(st.text(max_size=2_000))
def test_blanking_keeps_the_length(text: str) -> None:
    """Offsets stay true."""
    assert len(text) == len(blank_long_runs(text)) == len(replace_surrogates(text))
