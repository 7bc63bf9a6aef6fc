"""The line of an event: whole sentences for every combination of fields, in every language."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.digest.wording import money, tell_event
from orewire.model.analysis import Value
from orewire.model.codes import EVENT_TYPES, STAGES, STATUSES
from tests.orewire.digest.conftest import event

ENDS = {
    "en": "for over to on with against in of by the a and between involving at from",
    "es": "para por sobre con contra en de el la los las y entre a",
    "fr": "pour sur avec contre en par le la les et entre à de concernant impliquant dans au aux",
}
"""Words with which no sentence ends."""


def broken(line: str, lang: str) -> bool:
    """Whether a line has holes: braces, doubled spaces, a stray sign, None, a preposition at its end."""
    last = re.sub(r"[^\w’]", " ", line).split()[-1].casefold()
    holes = re.search(r"[{}]|None|  |,,| ,|\(\)|\( | \)", line)
    return bool(holes) or last in ENDS[lang].split() or line != line.strip() or not line[0].isupper()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_every_combination_makes_a_sentence(type_: str, lang: str) -> None:
    """Types, statuses and stages, with and without actor, target, project, minerals, countries and value."""
    stages = (None, "appealed", *get_catalogue(lang).words["types"][type_].get("stages", ()))
    dollars = Value(amount=620e6, currency="USD")
    about = (
        ((), ()), (("lithium",), ("RS",)), (("gold", "iron ore", "tin"), ("US", "CL")),
        (("lithium",), ()), ((), ("EU",)),
    )  # fmt: skip
    choices = itertools.product(
        STATUSES, stages, (None, "Residents"), ((None, None), ("BHP", dollars)), (None, "Jadar"), about
    )
    for status, stage, actor, (target, value), project, (minerals, countries) in choices:
        told = event(type_, status=status, stage=stage, actor=actor, target=target, project=project,
                     minerals=minerals, countries=countries, value=value)  # fmt: skip
        line = tell_event(told, lang)
        assert not broken(line, lang), line
        assert (project or "") in line
        assert (actor or "") in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_prospective_is_told_from_actual(lang: str) -> None:
    """What is only expected never reads as if it had happened."""
    for type_, stage, actor in itertools.product(EVENT_TYPES, (None, *STAGES), (None, "Residents")):
        lines = [tell_event(event(type_, status=one, stage=stage, actor=actor), lang) for one in STATUSES]
        assert lines[0] != lines[1], lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_types_are_told_apart(lang: str) -> None:
    """Nineteen types, nineteen lines."""
    assert len(EVENT_TYPES) == len({tell_event(event(type_), lang) for type_ in EVENT_TYPES})


@pytest.mark.parametrize(
    ("fields", "en", "es", "fr"),
    [
        (
            {},
            "Serbia's government granted a permit for Jadar (lithium) in Serbia",
            "Permiso concedido por Serbia's government para Jadar (litio) en Serbia",
            "Permis accordé par Serbia's government pour Jadar (lithium) en Serbie",
        ),
        (
            {"type_": "trade_deal", "actor": None, "project": None, "countries": ("EU", "CL"), "stage": "memorandum"},
            "Governments signed a memorandum on lithium between the European Union and Chile",
            "Memorando entre gobiernos sobre el litio entre la Unión Europea y Chile",
            "Protocole d’accord intergouvernemental sur le lithium entre l’Union européenne et le Chili",
        ),
        (
            {"type_": "trade_deal", "actor": "Serbia", "project": None, "countries": ("RS", "US")},
            "Serbia concluded an agreement on lithium with the United States",
            "Acuerdo concluido por Serbia sobre el litio con Estados Unidos",
            "Accord conclu par Serbia sur le lithium avec les États-Unis",
        ),
        (
            {"type_": "investment", "status": "prospective", "actor": None, "project": None, "countries": ("AU",),
             "value": Value(amount=1e9, currency="USD")},
            "Financing is planned for lithium in Australia: 1 billion US dollars",
            "Financiación prevista para el litio en Australia: 1.000 millones de dólares estadounidenses",
            "Financement prévu pour le lithium en Australie\u00a0: 1 milliard de dollars américains",
        ),
        (
            {"type_": "lawsuit", "actor": "Farmers", "target": "BHP", "countries": (), "minerals": ()},
            "Farmers went to court against BHP over Jadar",
            "Demanda presentada por Farmers contra BHP por Jadar",
            "Action en justice engagée par Farmers contre BHP concernant Jadar",
        ),
        (
            {"type_": "strike", "actor": None, "project": None, "stage": "talks", "minerals": ("copper", "zinc")},
            "Workers went on strike in copper, zinc mining in Serbia",
            "Huelga en la minería (cobre, zinc) en Serbia",
            "Grève dans le secteur minier (cuivre, zinc) en Serbie",
        ),
    ],
)  # fmt: skip
def test_lines_as_people_would_say_them(fields: dict[str, object], en: str, es: str, fr: str) -> None:
    """A few, word for word."""
    told = event(**fields)  # type: ignore[arg-type]
    assert [en, es, fr] == [tell_event(told, lang) for lang in LANGUAGES]


def test_an_actor_that_is_the_country_is_told_once() -> None:
    """In whichever language it is named."""
    assert "Chile granted a permit for Jadar (lithium)" == tell_event(event(actor="Chile", countries=("CL",)), "en")
    assert "Serbie granted a permit for Jadar (lithium)" == tell_event(event(actor="Serbie"), "en")


def test_a_stage_that_the_verb_does_not_tell_stands_behind() -> None:
    """And one that is the verb's own meaning does not."""
    assert tell_event(event(stage="appealed"), "en").endswith("in Serbia (appealed)")
    assert tell_event(event(stage="granted"), "en").endswith("in Serbia")


def test_many_minerals_and_countries_are_counted() -> None:
    """Three of them, and how many more there are; four are still told."""
    many = event(project=None, minerals=("tin", "gold", "zinc", "lead", "sand"), countries=("RS", "CL", "PE", "BO"))
    told = "for tin, gold, zinc and 2 more in Serbia, Chile, Peru and Bolivia"
    assert tell_event(many, "en").endswith(told)


@pytest.mark.parametrize("amount", [0, -1, float("nan"), float("inf")])
def test_amounts_that_are_none_are_not_told(amount: float) -> None:
    """Nor do they break the line."""
    line = tell_event(event(value=Value(amount=amount, currency="USD")), "en")
    assert tell_event(event(), "en") == line


def test_amounts_in_the_language_of_the_reader() -> None:
    """Small ones in figures, large ones in millions, each language with its own."""
    amounts = (1, 250_000, 2_950_000_000, 3e15)
    told = [[money(get_catalogue(lang), Value(amount=one, currency="EUR")) for one in amounts] for lang in LANGUAGES]
    assert [
        ["1 euro", "250,000 euros", "2.95 billion euros", "3,000,000 billion euros"],
        ["1 euro", "250.000 euros", "2.950 millones de euros", "3.000 billones de euros"],
        ["1 euro", "250\u202f000 euros", "2,95 milliards d’euros", "3\u202f000\u202f000 milliards d’euros"],
    ] == told


names = st.one_of(
    st.none(), st.text(max_size=200), st.sampled_from(["<script>", "{actor}", "%s", "\u202eevil", "a\nb"])
)


@settings(max_examples=300, deadline=None)
@given(
    type_=st.sampled_from(EVENT_TYPES), status=st.sampled_from(STATUSES), stage=st.sampled_from([None, *STAGES, "odd"]),
    actor=names, target=names, project=names, lang=st.sampled_from(LANGUAGES),
    minerals=st.lists(st.text(min_size=1, max_size=30), max_size=6).map(tuple),
    countries=st.lists(st.text(min_size=1, max_size=3), max_size=6).map(tuple),
    value=st.one_of(st.none(), st.builds(Value, amount=st.floats(), currency=st.text(max_size=5))),
)  # fmt: skip
def test_hostile_fields_stay_on_one_short_line(lang: str, **fields: object) -> None:
    """Whatever the names are: one line, no control characters, no turned direction, never endless."""
    line = tell_event(event(**fields), lang)  # type: ignore[arg-type]
    assert line.isprintable() or not {"\n", "\r", "\u202e", "\x00"} & set(line)
    assert len(line) < 1200
    assert 1 == len(line.splitlines())
