"""What the alerts need to know of events besides themselves: their projects, their articles, what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from orewire.model.event import Event
from orewire.model.ledger import Turn
from orewire.model.project import BASES, FIGHTS, Standing
from store.connection import Connection, in_list
from store.corrections import REJECTED, UNTOUCHED, standing_corrections
from store.events import get_event
from store.facts import get_standings
from store.reviews import standing_decisions


def get_turns(connection: Connection, events: Collection[int], *, today: date) -> dict[int, Turn]:
    """For those of the events that are about a project: where it stands by them now, and whether there was no other.

    First of its type is an event that is news, where no other event of project and type was known before.
    """
    if not events:
        return {}
    found = connection.execute(
        f"""
        SELECT events.id, events.project, NOT EXISTS (
            SELECT 1 FROM events AS other
            WHERE other.project = events.project AND other.type = events.type AND other.id <> events.id
                AND (other.first_seen < events.first_seen OR other.id < events.id)
        ) AS is_first
        FROM events WHERE id IN {in_list(sorted(events))} AND project IS NOT NULL
        """  # noqa: S608 - numbers only
    ).fetchall()
    standings = get_standings(connection, today, sorted({project for _, project, _ in found}))
    moves = dict(_moves(list(standings.values())))
    return {event: _turn(moves.get(event), is_first=is_first) for event, _, is_first in found}


def _turn(move: tuple[str, str | None] | None, *, is_first: bool) -> Turn:
    standing, stood = move or (None, None)
    return Turn(standing=standing, stood=stood, is_first=is_first)


def _moves(projects: Sequence[Sequence[Standing]]) -> Iterator[tuple[int, tuple[str, str | None]]]:
    """Events by which a project stands as it does now, with where it stood; what was changed since is no news."""
    for told in projects:
        for one in sorted(told, key=lambda one: one.word in BASES):  # of two, the one that is not only a fight
            before = next((other.word for other in told if _led_to(other, one)), None)
            if one.until is None and one.event_id is not None and before != one.word:
                yield one.event_id, (one.word, None if before == "unknown" else before)


def _led_to(one: Standing, standing: Standing) -> bool:
    """Whether one ended where the other began, both of them bases, or both the same fight."""
    is_kin = {one.word, standing.word} <= set(BASES) if standing.word not in FIGHTS else one.word == standing.word
    return is_kin and one is not standing and one.until is not None and one.until == standing.since


def events_there(connection: Connection, events: Collection[int]) -> set[int]:
    """Those of the events that are there."""
    found = connection.execute(f"SELECT id FROM events WHERE id IN {in_list(sorted(events))}")  # noqa: S608 - numbers
    return {event for (event,) in found.fetchall()}


def project_names(connection: Connection, events: Collection[int]) -> dict[int, tuple[str, ...]]:
    """All names of the projects of these events."""
    found = connection.execute(
        f"""
        SELECT events.id, list_prepend(projects.name, aliases) FROM events JOIN projects ON projects.id = project
        WHERE events.id IN {in_list(sorted(events))}
        """  # noqa: S608 - numbers only
    ).fetchall()
    return {event: tuple(names) for event, names in found}


def project_numbers(connection: Connection, events: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the projects of these events, also those that turned out to be of the same project."""
    found = connection.execute(
        f"""
        SELECT events.id, list(other.id) FROM events JOIN projects ON projects.id = project
        JOIN projects AS other ON coalesce(other.same_as, other.id) = coalesce(projects.same_as, projects.id)
        WHERE events.id IN {in_list(sorted(events))} GROUP BY events.id
        """  # noqa: S608 - numbers only
    ).fetchall()
    return {event: tuple(numbers) for event, numbers in found}


def articles_of(connection: Connection, events: Collection[int]) -> list[tuple[int, int]]:
    """Event and number of each article that tells of one of them."""
    return connection.execute(
        f"SELECT event, article FROM mentions WHERE event IN {in_list(sorted(events))}"  # noqa: S608 - numbers only
    ).fetchall()


def find_successor(connection: Connection, told: Event) -> Event | None:
    """What an event that is gone has become: the one it was merged into, or what its first source tells now.

    That is an event of its type in the same article, or else one that the same sentence shows. None: it is retracted,
    as is one that a person rejected.
    """
    merged = standing_decisions(connection).follow(told.id)
    if merged != told.id and (found := get_event(connection, merged)):
        return found
    if standing_corrections(connection, [merged]).get(merged, UNTOUCHED).is_rejected:
        return None
    articles = [source.article_id for source in told.sources]
    row = connection.execute(
        f"""
        SELECT event FROM mentions JOIN articles ON articles.number = article
        WHERE articles.id IN (SELECT unnest($articles)) AND (type = $type OR evidence = $evidence)
            AND event NOT IN {REJECTED}
        ORDER BY type <> $type, evidence <> $evidence, event LIMIT 1
        """,  # noqa: S608 - our own
        {"articles": articles, "type": told.type, "evidence": told.evidence},
    ).fetchone()
    return get_event(connection, row[0]) if row else None
