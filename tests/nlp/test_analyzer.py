"""What one article says: the contract of `orewire analyze`, on texts of our own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.analyzer import analyze
from nlp.codebook import event_types
from orewire.model.analysis import Analysis, analysis_to_json

PUBLISHED = date(2025, 11, 13)


def read(title: str, text: str) -> Analysis:
    return analyze("a", title, text, published=PUBLISHED)


def main_types(analysis: Analysis) -> set[str]:
    return {event.type for event in analysis.events if event.salience == "main"}


def test_every_field_of_an_event() -> None:
    """Type, status, salience, mineral, country, project, actor, target, date, stage, evidence with its offsets."""
    text = (
        "The environment ministry on Tuesday revoked the licence of Rio Tinto's Jadar lithium mine in Serbia, saying "
        "residents had not been consulted."
    )
    analysis = read("Serbia revokes licence of Rio Tinto lithium mine", text)
    event = next(event for event in analysis.events if event.type == "permit_denied")
    assert ("actual", "main", "permitting", "revoked") == (event.status, event.salience, event.family, event.stage)
    assert (("lithium",), ("RS",), "Jadar") == (event.minerals, event.countries, event.project)
    assert ("environment ministry", "Rio Tinto", date(2025, 11, 11)) == (event.actor, event.target, event.date)
    assert text == text[event.evidence.start : event.evidence.end] == event.evidence.text


def test_evidence_in_the_title_has_no_offsets() -> None:
    """A title alone can carry an event; its evidence then has no place in the text."""
    (event,) = read("Court halts Thacker Pass lithium mine", "").events
    assert (None, None) == (event.evidence.start, event.evidence.end)


@pytest.mark.parametrize("event_type", event_types(), ids=lambda event_type: event_type.name)
def test_codebook_examples(event_type: object) -> None:
    """The examples of each type are coded as that type, its counter-examples are not."""
    from nlp.codebook import EventType

    assert isinstance(event_type, EventType)
    for example in event_type.examples:
        assert event_type.name in main_types(read(example, "")), example
    for counter in event_type.counter_examples:
        assert event_type.name not in main_types(read(counter, "")), counter


@pytest.mark.parametrize(
    ("sentence", "type_", "status"),
    [
        ("The ministry has granted the copper mine its permit.", "permit_granted", "actual"),
        ("The ministry is expected to grant the copper mine its permit.", "permit_granted", "prospective"),
        ("Workers at the copper mine will strike on Monday over pay.", "strike", "prospective"),
    ],
)
def test_status(sentence: str, type_: str, status: str) -> None:
    """What is expected is no fact yet."""
    assert (type_, status) in {(event.type, event.status) for event in read(sentence, "").events}


def test_denied_events_are_not_coded() -> None:
    """'No permit has been granted' is no permit."""
    assert "permit_granted" not in main_types(read("No permit has been granted for the lithium mine", ""))


@pytest.mark.parametrize(
    ("title", "lang", "type_", "country", "mineral"),
    [
        ("Perú otorga la licencia ambiental al proyecto de cobre Tía María", "es", "permit_granted", "PE", "copper"),
        ("Justiça suspende licença da mina de lítio em Minas Gerais", "pt", "permit_denied", "BR", "lithium"),
        ("La Guinée retire le permis de la mine de bauxite", "fr", "permit_denied", "GN", "aluminium"),
        ("China verschärft Exportkontrollen für Seltene Erden", "de", "trade_restriction", "CN", "rare earths"),
        ("Pemerintah Indonesia mencabut izin tambang nikel di Raja Ampat", "id", "permit_denied", "ID", "nickel"),
        ("中国商务部宣布对稀土实施出口管制", "zh", "trade_restriction", "CN", "rare earths"),
        ("Hiljade građana na protestu protiv rudnika litijuma u Srbiji", "sr", "protest", "RS", "lithium"),
        ("Хиљаде грађана на протесту против рудника литијума у Србији", "sr", "protest", "RS", "lithium"),
    ],
)
def test_languages(title: str, lang: str, type_: str, country: str, mineral: str) -> None:
    """Each of our languages: language, type, country, mineral."""
    analysis = read(title, title + ".")
    assert lang == analysis.lang
    assert type_ in main_types(analysis)
    assert country in analysis.countries
    assert mineral in analysis.minerals


def test_stance_of_residents() -> None:
    """Who protests opposes; the holder has a class."""
    analysis = read(
        "Residents march against gold mine",
        "Hundreds of residents marched on Saturday against the gold mine in Ecuador.",
    )
    assert ("oppose", "action") in {(stance.polarity, stance.basis) for stance in analysis.stances}
    assert {"community", "public"} & {stance.holder_class for stance in analysis.stances}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", "empty text"),
        ("\x00\x01\x02\x03" * 50, "not a text"),
        ("これは日本語の鉱山に関する記事です。" * 5, "language not supported: ja"),
    ],
)
def test_what_cannot_be_read_says_so(text: str, note: str) -> None:
    """An empty analysis tells why it is empty."""
    analysis = read("", text)
    assert (False, (), note) == (analysis.relevant, analysis.events, analysis.note)


def test_no_minerals_no_events() -> None:
    """Football is not for us, gold medal or not."""
    analysis = read(
        "Swimmer wins gold medal", "The swimmer won a gold medal on Sunday, and the crowd struck up a song."
    )
    assert not analysis.relevant


def test_long_texts_are_cut() -> None:
    """Five megabytes cost no more than our cap, and the analysis says so."""
    analysis = read("Copper mine", "The copper mine opened. " * 200_000)
    assert "cut" in (analysis.note or "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(alphabet="mine copper court halts \n.\ud800🙂ة\u200f<>&", max_size=400))
def test_any_text_gets_an_answer(title: str, text: str) -> None:
    """Noise, surrogates, markup, right-to-left: an answer whose evidence is where it says."""
    analysis = read(title, text)
    for event in analysis.events:
        if event.evidence.start is not None:
            assert 0 <= event.evidence.start < (event.evidence.end or 0)
    assert "a" == analysis_to_json(analysis)["id"]


def test_codebook_page_is_true() -> None:
    """docs/codebook.md says what the codebook says; `orewire codebook --markdown` makes it again."""
    from pathlib import Path

    from click.testing import CliRunner

    from orewire.cli.understand import codebook_command

    printed = CliRunner().invoke(codebook_command, ["--markdown"]).output
    assert printed == (Path(__file__).parents[2] / "docs" / "codebook.md").read_text(encoding="utf-8")
