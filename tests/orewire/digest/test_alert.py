"""An alert as a person gets it, and as a program does: plain, in order, and complete in text and HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orewire.digest.alert import ORDER, alert_payload, in_order, render_alert
from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.digest.columns import width
from orewire.digest.render import Letter
from orewire.digest.wording import tell_event
from orewire.model.codes import EVENT_TYPES, FAMILY_OF_TYPE
from orewire.model.errors import UsageError
from orewire.model.event import Event, EventStance, Filters, event_to_json
from orewire.model.trend import Mover, MoverEvent
from orewire.model.watch import CORRECTIONS, KINDS, UPDATES, Telling, Watch
from tests.orewire.digest.conftest import DAY, NOON, event, source
from tests.orewire.digest.test_render import Page

WATCH = Watch(name="Lithium in Serbia", zone="Europe/Belgrade")
PROTEST = event("protest", id=42, actor="Residents", evidence="They blocked the road.", first_seen=NOON)
PLANNED = replace(PROTEST, actor=None, status="prospective")


def mover(**changes: object) -> Mover:
    """A rise of copper in Chile that differs from a plain one as told."""
    events = tuple(
        MoverEvent(id=n, date=DAY, type="strike", evidence=f"Shaft {n} stands still.", independent_sources=2)
        for n in range(5)
    )
    values: dict[str, object] = {
        "key": "CL", "key2": "copper", "count": 12, "usual": 3.0, "spread": 1.0, "expected": 3.0, "p_value": 0.001,
        "since": date(2025, 11, 3), "panel_count": None, "events": events,
    }  # fmt: skip
    return Mover(**{**values, **changes})  # type: ignore[arg-type]


def stance(holder: str, polarity: str = "oppose") -> EventStance:
    return EventStance(holder=holder, holder_class="community", target="Jadar", polarity=polarity, basis="statement",
                       evidence="…")  # fmt: skip


PERMIT = event("permit_granted", id=7, actor="Ministry")
TOLD = {
    "event": Telling(kind="event", event=PROTEST),
    "new_opposition": Telling(kind="new_opposition", event=PROTEST),
    "new_approval": Telling(kind="new_approval", event=PERMIT),
    "standing_changed": Telling(kind="standing_changed", event=PERMIT, standing="permitted", stood="sought"),
    "first_of_kind": Telling(kind="first_of_kind", event=PROTEST),
    "unusual_rise": Telling(kind="unusual_rise", mover=mover()),
    "became_actual": Telling(kind="became_actual", event=PROTEST, before=PLANNED),
    "stage_changed": Telling(kind="stage_changed", event=replace(PERMIT, stage="suspended"),
                             before=replace(PERMIT, stage="granted")),
    "coded_anew": Telling(kind="coded_anew", before=PROTEST,
                          event=replace(PROTEST, type="opposition", minerals=(), project="Piskanja")),
    "merged": Telling(kind="merged", event=PROTEST, before=replace(PROTEST, id=50, actor="Villagers")),
    "retracted": Telling(kind="retracted", before=PROTEST),
    "restored": Telling(kind="restored", event=PROTEST, before=PROTEST),
}  # fmt: skip
"""One of each kind."""


def page_of(event_id: int) -> str:
    return f"https://orewire.example/events/{event_id}"


def alert(*tellings: Telling, lang: str = "en", held: bool = False, **changes: Any) -> Letter:
    return render_alert(replace(WATCH, lang=lang, **changes), tellings, held=held, link=page_of)


def flat(text: str) -> str:
    """The words of a text without its lines."""
    return " ".join(text.split(None))


def test_there_is_one_of_each_kind() -> None:
    """In these tests, and in the order of an alert."""
    assert set(TOLD) == set(ORDER) == {*KINDS, *UPDATES, *CORRECTIONS}


LINE = "Residents protested over Jadar (lithium) in Serbia"
LINEA = "Protesta con participación de Residents por Jadar (litio) en Serbia"
LIGNE = "Manifestation menée par Residents concernant Jadar (lithium) en Serbie"


@pytest.mark.parametrize(
    ("kind", "en", "es", "fr"),
    [
        ("event", f"New: {LINE}", f"Novedad: {LINEA}", f"Du nouveau : {LIGNE}"),
        (
            "new_opposition",
            f"New opposition: {LINE}",
            f"Nueva oposición: {LINEA}",
            f"Nouvelle opposition : {LIGNE}",
        ),
        (
            "new_approval",
            "New approval: Ministry granted a permit for Jadar (lithium) in Serbia",
            "Nueva autorización: Permiso concedido por Ministry para Jadar (litio) en Serbia",
            "Nouvelle autorisation : Permis accordé par Ministry pour Jadar (lithium) en Serbie",
        ),
        (
            "standing_changed",
            "Jadar (lithium): permitted, before permit sought",
            "Jadar (litio): autorizado, antes permiso en trámite",
            "Jadar (lithium) : autorisé, auparavant permis demandé",
        ),
        (
            "first_of_kind",
            f"First known protest: {LINE}",
            f"Primera protesta conocida: {LINEA}",
            f"Première manifestation connue : {LIGNE}",
        ),
        (
            "unusual_rise",
            "Unusual rise: Chile, copper: 12 events, usually 3",
            "Aumento fuera de lo común: Chile, cobre: 12 sucesos; lo habitual, 3",
            "Hausse inhabituelle : Chili, cuivre : 12 événements, d’habitude 3",
        ),
        (
            "became_actual",
            f"Update: it has happened: {LINE}",
            f"Actualización (ya ha ocurrido): {LINEA}",
            f"Mise à jour (c’est désormais arrivé) : {LIGNE}",
        ),
        (
            "stage_changed",
            "Update: now suspended: Ministry granted a permit for Jadar (lithium) in Serbia (suspended)",
            "Actualización (ahora: suspendido): Permiso concedido por Ministry para Jadar (litio) en Serbia "
            "(suspendido)",
            "Mise à jour (maintenant : suspendu) : Permis accordé par Ministry pour Jadar (lithium) en Serbie "
            "(suspendu)",
        ),
        (
            "coded_anew",
            "Correction: Residents voiced opposition to Piskanja in Serbia",
            "Corrección: Oposición expresada por Residents en torno a Piskanja en Serbia",
            "Correction : Opposition exprimée par Residents concernant Piskanja en Serbie",
        ),
        (
            "merged",
            f"Correction: one event, not two: {LINE}",
            f"Corrección (un solo suceso, no dos): {LINEA}",
            f"Correction (un seul événement, non deux) : {LIGNE}",
        ),
        (
            "retracted",
            f"Correction: withdrawn: {LINE}",
            f"Corrección (información retirada): {LINEA}",
            f"Correction (information retirée) : {LIGNE}",
        ),
        (
            "restored",
            f"Correction: holds after all: {LINE}",
            f"Corrección (información restablecida): {LINEA}",
            f"Correction (information rétablie) : {LIGNE}",
        ),
    ],
)
def test_subject_of_each_kind_in_each_language(kind: str, en: str, es: str, fr: str) -> None:
    """One line that needs nothing else; the summary is the same, uncut."""
    letters = [alert(TOLD[kind], lang=lang) for lang in LANGUAGES]
    assert [en, es, fr] == [one.summary for one in letters]
    for one in letters:
        assert len(one.subject) <= 110
        assert one.summary.startswith(one.subject.rstrip("…"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ORDER)
def test_text_is_complete(kind: str, lang: str) -> None:
    """All words and addresses of the HTML stand in the text, on lines of 78 columns."""
    told = alert(TOLD[kind], lang=lang)
    page = Page(told.html)
    text = flat(told.text)
    for part in filter(None, page.body.splitlines()):
        for piece in re.split(r" · (?:The Outlet.*)?", part):
            assert flat(piece) in text
    assert {link for link in page.links if link not in told.text} == set()
    assert max(width(line) for line in told.text.splitlines() if "https://" not in line) <= 78


def test_everything_about_an_event() -> None:
    """Line, evidence in its language, when, how sure, sources, who is for and against, its page, the watch."""
    sources = tuple(
        source(
            source=f"Paper {n}", url=f"https://example.org/{n}", article_id=str(n), lang="es", evidence="Bloquearon."
        )
        for n in range(4)
    )
    stances = (stance("Rio Tinto", "support"), *(stance(f"Village {n}") for n in range(7)), stance("VILLAGE 1"))
    told = alert(
        Telling(kind="new_opposition", event=replace(PROTEST, evidence="Bloquearon.", sources=sources, stances=stances,
                                                     article_count=6)),
        filters=Filters(mineral=("lithium",), country=("RS", "CL"), type=("protest",), stance=("oppose",),
                        min_confidence=0.6, until=DAY),
        kinds=("new_opposition", "event"),
    )  # fmt: skip
    page = Page(told.html)
    for part in (
        LINE,
        "13 November 2025 · 80% sure · first reported at 13:00 · Paper 0, Paper 1, Paper 2 and 3 more",
        "For: Rio Tinto",
        "Against: Village 0, VILLAGE 1, Village 2, Village 3, Village 4 and 2 more",
        "This answers the watch “Lithium in Serbia”: opposition, every new event · lithium · Serbia, Chile · "
        "protests · against · before 13 November 2025 · at least 60% sure.",
        "Should any of it turn out otherwise, a correction goes to the same people.",
        "Times are those of the time zone Europe/Belgrade.",
    ):
        assert part in page.text
    assert ("p", "ltr", "es") in [(tag, found.get("dir"), found.get("lang")) for tag, found in page.elements]
    assert [*(f"https://example.org/{n}" for n in range(3)), page_of(42)] == page.links


def test_without_pages_nothing_links_to_one() -> None:
    """Nor where what is given is no web address."""
    assert ["https://example.org/a"] == Page(render_alert(WATCH, [TOLD["event"]]).html).links
    told = render_alert(WATCH, [TOLD["event"]], link=lambda event_id: f"javascript:show({event_id})")
    assert ["https://example.org/a"] == Page(told.html).links


def test_times_are_the_readers() -> None:
    """The day, too, where it is another one there."""
    late = Telling(kind="event", event=replace(PROTEST, first_seen=datetime(2025, 11, 13, 23, 30, tzinfo=UTC)))
    assert "first reported 14 November 2025, 00:30" in alert(late).text
    assert "first reported at 23:30" in alert(late, zone="UTC").text
    assert "first reported" not in alert(Telling(kind="event", event=replace(PROTEST, first_seen=None))).text


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("standing_changed", ["Ministry granted a permit for Jadar (lithium) in Serbia"]),
        ("first_of_kind", ["Orewire knows of no earlier one for Jadar (lithium)."]),
        ("became_actual", ["Told before: A protest is planned over Jadar (lithium) in Serbia"]),
        ("stage_changed", ["Stage: suspended; before: granted"]),
        ("coded_anew", ["What happened: opposition; before: protests", "Minerals: not told; before: lithium",
                        "Project: Piskanja; before: Jadar", f"Told before: {LINE}",
                        "What was told before is read otherwise now."]),
        ("merged", ["is the same event as this one.",
                    "Told before: Villagers protested over Jadar (lithium) in Serbia"]),
        ("retracted", ["the reports that said so were changed, or are no longer read so."]),
        ("restored", ["What was withdrawn stands after all: the reports are read so again."]),
    ],
)  # fmt: skip
def test_what_became_of_it_is_told_in_the_body(kind: str, parts: list[str]) -> None:
    """And in the text."""
    told = alert(TOLD[kind])
    for part in parts:
        assert part in Page(told.html).text
        assert part in flat(told.text)


def test_only_what_differs_is_told_to_differ() -> None:
    """Status and countries are alike."""
    told = alert(TOLD["coded_anew"]).text
    assert not {"Status:", "Countries:", "Stage:"} & set(told.split())
    assert "Told before" not in alert(TOLD["restored"]).text


def test_what_no_longer_holds_is_struck_out_and_not_called_sure() -> None:
    """In the heading; nothing links to its page."""
    told = alert(replace(TOLD["retracted"], before=replace(PROTEST, stances=(stance("Nobody"),))))
    assert "Nobody" not in told.text
    assert "% sure" not in told.text.partition("This answers")[0]
    assert "line-through" in told.html
    assert "line-through" not in alert(TOLD["restored"]).html
    assert page_of(42) not in told.html


def test_a_rise_is_shown_by_three_of_its_events() -> None:
    """With dates, evidence, and the pages of each."""
    told = alert(TOLD["unusual_rise"])
    assert 3 == told.text.count("13 November 2025 · strikes")
    assert 3 == told.text.count("stands still.”")
    assert [page_of(n) for n in range(3)] == Page(told.html).links
    assert "Since 3 November 2025" in told.text


def test_a_standing_of_which_nothing_else_is_known() -> None:
    """Where it stood before is left out; without a standing the event itself is told."""
    first = replace(TOLD["standing_changed"], stood="unknown")
    assert "Jadar (lithium): permitted" == alert(first).subject
    assert alert(replace(first, standing=None)).subject.startswith("A project stands otherwise: Ministry granted")


@pytest.mark.parametrize(
    ("telling", "subject"),
    [
        (Telling(kind="first_of_kind", event=PLANNED), "First of its kind: A protest is planned"),
        (Telling(kind="stage_changed", event=PERMIT, before=replace(PERMIT, stage="granted")), "Update: Ministry"),
        (Telling(kind="became_actual", event=PROTEST), "Update: it has happened: Residents"),
        (Telling(kind="retracted"), "Correction: withdrawn"),
    ],
)
def test_with_less_than_usual_it_still_reads_well(telling: Telling, subject: str) -> None:
    """What is only planned is no first; no stage, no former event, no event at all."""
    assert alert(telling).subject.startswith(subject)


def test_several_are_told_in_the_order_of_a_reader() -> None:
    """What may need an answer first, corrections last; within a kind what many tell of first."""
    many = [*reversed(TOLD.values()), Telling(kind="event", event=event(id=99, independent_sources=9))]
    kinds = [one.kind for one in in_order(many)]
    assert sorted(kinds, key=ORDER.index) == kinds
    told = in_order(many)[kinds.index("event")]
    assert told.event is not None
    assert 99 == told.event.id


@pytest.mark.parametrize(
    ("kinds", "subject"),
    [
        (["event"] * 12, "12 new events: Lithium in Serbia"),
        (["new_opposition"] * 3, "3 new (opposition): Lithium in Serbia"),
        (["new_opposition", "new_approval", "new_opposition"], "3 new (opposition 2, approvals 1): Lithium in Serbia"),
        (["retracted", "merged"], "2 corrections: Lithium in Serbia"),
        (["event", "became_actual", "restored"], "1 new event, 1 update, 1 correction: Lithium in Serbia"),
        (list(KINDS), "6 new (changes of standing 1, opposition 1, approvals 1, others 3): Lithium in Serbia"),
        (list(ORDER), "6 new, 2 updates, 4 corrections: Lithium in Serbia"),
    ],
)
def test_subject_of_several_counts_them(kinds: list[str], subject: str) -> None:
    """By what is heaviest; shorter where the watch would lose its name. The summary tells the first besides."""
    told = alert(*(TOLD[kind] for kind in kinds))
    assert subject == told.subject
    first = next(kind for kind in ORDER if kind in kinds)
    assert alert(TOLD[first]).summary in told.summary


def test_several_are_each_told_briefly() -> None:
    """Every heading in both forms; evidence of one event, and the same evidence in a row, once; no stances."""
    told = alert(*TOLD.values(), Telling(kind="event", event=replace(PROTEST, id=77, stances=(stance("Nobody"),))))
    for one in TOLD.values():
        heading = alert(one).text.splitlines()[0 if one.kind == "standing_changed" else 1]
        assert heading in Page(told.html).text
        assert heading in flat(told.text)
    assert 1 == told.text.count("They blocked the road.")
    assert 1 == told.html.count("They blocked the road.")
    assert "Nobody" not in told.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Held back until now: the day's limit of 20 messages was reached."),
        ("es", "Retenido hasta ahora: se había alcanzado el límite de 20 mensajes al día."),
        ("fr", "Retenu jusqu’ici : la limite de 20 messages par jour était atteinte."),
    ],
)
def test_what_was_held_back_says_so_first(lang: str, words: str) -> None:
    """Of one as of many; nothing of it otherwise."""
    for tellings in (list(TOLD.values())[:1], list(TOLD.values())):
        told = alert(*tellings, lang=lang, held=True)
        assert flat(told.text).startswith(words)
        assert flat(Page(told.html).body).startswith(flat(words))
        assert words not in flat(alert(*tellings, lang=lang).text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_payload_has_all_fields_and_the_line(lang: str) -> None:
    """Of what there is none is null; events are as the API gives them."""
    payload = alert_payload(replace(WATCH, lang=lang), [TOLD["became_actual"], TOLD["unusual_rise"]])
    rise, update = payload["tellings"]
    assert ["watch", "tellings"] == list(payload)
    assert ["kind", "event", "before", "standing", "stood", "mover", "line"] == list(update)
    assert event_to_json(PROTEST) == update["event"]
    assert alert(TOLD["became_actual"], lang=lang).summary == flat(update["line"])
    assert [None, None, "CL", "2025-11-03"] == [
        rise["event"], rise["before"], rise["mover"]["key"], rise["mover"]["since"],
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_firsts_of_every_type(type_: str, lang: str) -> None:
    """Each has words of its own, and the event's line behind them."""
    first = Event(**{**{name: getattr(PROTEST, name) for name in Event.__slots__},
                     "type": type_, "family": FAMILY_OF_TYPE[type_]})  # fmt: skip
    summary = alert(Telling(kind="first_of_kind", event=first), lang=lang).summary
    label = get_catalogue(lang).words["alert"]["first"][type_]
    assert summary.startswith(label)
    assert summary.endswith(tell_event(first, lang))


def test_a_language_without_catalogue_is_refused() -> None:
    """In the letter and the payload."""
    for make in (render_alert, alert_payload):
        with pytest.raises(UsageError, match="lang: found 'xx'"):
            make(replace(WATCH, lang="xx"), [TOLD["event"]])
