"""What one article says, written in one transaction: mentions, stances, story, and the events they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from orewire.model.analysis import Analysis, Mention, Stance
from orewire.model.article import Article, article_id
from orewire.model.codes import FAMILY_OF_TYPE
from store.connection import Connection, rows, transaction
from store.resolve import PROJECT_DAYS, RECALLED_DAYS, Decision, Report, Told, derive_event, resolve
from store.stories import find_copy_group


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of the events that an article made, and of those that it added to or took from."""

    new_events: tuple[str, ...]
    updated_events: tuple[str, ...]


def record_analysis(connection: Connection, article: Article, analysis: Analysis) -> Recorded:
    """Replace what was understood of the article. Doing it again changes nothing."""
    with transaction(connection):
        if not _is_current(connection, article):
            return Recorded((), ())
        former = _forget(connection, article.id)
        group = find_copy_group(connection, article) if analysis.relevant else article.id
        mentions = analysis.events if analysis.relevant else ()
        before = {row["id"] for row in _existing(connection, former)}
        linked = _link_all(connection, article, mentions, group, analysis.version)
        _write_stances(connection, article.id, analysis)
        touched = list(dict.fromkeys([*linked, *former]))
        known = before | {row["id"] for row in _existing(connection, touched)}
        _mark_analysed(connection, article, analysis, group)
        for event in touched:
            _refresh(connection, event, exists=event in known)
        _mark_story(connection, article.id, linked)
    new = tuple(event for event in dict.fromkeys(linked) if event not in known)
    return Recorded(new, tuple(event for event in touched if event not in new))


def _is_current(connection: Connection, article: Article) -> bool:
    """Whether the text is still the one that was understood: a revision may have come meanwhile, and waits its turn."""
    found = connection.execute("SELECT content_hash FROM articles WHERE id = $id", {"id": article.id}).fetchone()
    return found is None or found[0] == article.content_hash


def _forget(connection: Connection, article: str) -> list[str]:
    """Take the article's former mentions and stances away; the events they belonged to."""
    found = rows(connection, "SELECT DISTINCT event FROM mentions WHERE article = $id ORDER BY event", {"id": article})
    connection.execute("DELETE FROM mentions WHERE article = $id", {"id": article})
    connection.execute("DELETE FROM stances WHERE article = $id", {"id": article})
    return [row["event"] for row in found]


def _existing(connection: Connection, events: list[str]) -> list[dict[str, Any]]:
    return rows(connection, "SELECT id FROM events WHERE id IN $ids", {"ids": events})


def _link_all(
    connection: Connection, article: Article, mentions: Iterable[Mention], group: str, version: str
) -> list[str]:
    """Resolve and write each mention; two mentions of one article never share an event."""
    taken: list[str] = []
    for number, mention in enumerate(mentions):
        told = _told(mention, article, group)
        found = [event for event in _candidates(connection, told) if event.id not in taken]
        decision = resolve(told, found)
        if decision is None:
            decision = Decision(article_id(f"{mention.type}|{article.id}|{number}"), 0.0, "first report")
        _write_mention(
            connection, mention, decision, {"id": f"{article.id}-{number}", "article": article.id, "version": version}
        )
        taken.append(decision.event)
    return taken


def _told(mention: Mention, article: Article, group: str) -> Told:
    return Told(
        id=article.id,
        type=mention.type,
        day=mention.date or (article.published or article.fetched).date(),
        recalled=mention.salience == "background" and mention.date is None,
        project=mention.project,
        countries=frozenset(mention.countries),
        minerals=frozenset(mention.minerals),
        actor=mention.actor,
        copy_groups=frozenset({group}),
    )


def _candidates(connection: Connection, told: Told) -> list[Told]:
    """Events of the type near in time, or without a date; what else must agree is for `resolve` to say."""
    day = told.day or date.min + timedelta(days=RECALLED_DAYS)
    reach = timedelta(days=RECALLED_DAYS)
    found = rows(
        connection,
        """
        SELECT events.id, type, coalesce(date, first_seen::DATE) AS day,
            date IS NULL AND salience = 'background' AS recalled, project, countries, minerals, actor
        FROM events
        WHERE type = $type AND (date IS NULL OR date BETWEEN $first AND $last)
            AND (len(countries) = 0 OR $no_country OR list_has_any(countries, $countries))
        """,
        {
            "type": told.type, "first": day - reach, "last": day + timedelta(days=PROJECT_DAYS),
            "countries": sorted(told.countries), "no_country": not told.countries,
        },
    )  # fmt: skip
    groups = _copy_groups(connection, [row["id"] for row in found])
    return [
        Told(
            **{**row, "countries": frozenset(row["countries"]), "minerals": frozenset(row["minerals"])},
            copy_groups=groups.get(row["id"], frozenset()),
        )
        for row in found
    ]


def _copy_groups(connection: Connection, events: list[str]) -> dict[str, frozenset[str]]:
    """The texts that tell of each event; a correlated subquery in its place took thrice as long."""
    found = rows(
        connection,
        """
        SELECT event, list(copy_group) AS groups FROM mentions JOIN articles ON articles.id = mentions.article
        WHERE event IN $events AND copy_group IS NOT NULL
        GROUP BY event
        """,
        {"events": events},
    )
    return {row["event"]: frozenset(row["groups"]) for row in found}


def _write_mention(connection: Connection, mention: Mention, decision: Decision, keys: dict[str, str]) -> None:
    plain = ("type", "status", "salience", "project", "actor", "target", "date", "stage", "confidence")
    connection.execute(
        """
        INSERT INTO mentions VALUES ($id, $article, $event, $type, $status, $salience, $minerals, $countries, $project,
            $actor, $target, $date, $stage, $amount, $currency, $evidence, $start, $end, $confidence, $version, $reason)
        """,
        {
            **keys,
            **{name: getattr(mention, name) for name in plain},
            "minerals": list(mention.minerals),
            "countries": list(mention.countries),
            "amount": mention.value.amount if mention.value else None,
            "currency": mention.value.currency if mention.value else None,
            "evidence": mention.evidence.text,
            "start": mention.evidence.start,
            "end": mention.evidence.end,
            "event": decision.event,
            "reason": decision.reason,
        },
    )


def _write_stances(connection: Connection, article: str, analysis: Analysis) -> None:
    for stance in analysis.stances:
        connection.execute(
            """
            INSERT INTO stances VALUES ($article, $holder, $holder_class, $target, $polarity, $basis, $evidence, $start,
                $end, $confidence, $version)
            """,
            {"article": article, "version": analysis.version, **_stance_values(stance)},
        )


def _stance_values(stance: Stance) -> dict[str, object]:
    names = ("holder", "holder_class", "target", "polarity", "basis", "confidence")
    evidence = {"evidence": stance.evidence.text, "start": stance.evidence.start, "end": stance.evidence.end}
    return {name: getattr(stance, name) for name in names} | evidence


def _mark_analysed(connection: Connection, article: Article, analysis: Analysis, group: str) -> None:
    connection.execute(
        """
        UPDATE articles SET analysed_version = $version, relevant = $relevant, note = $note, copy_group = $group,
            lang = coalesce($lang, lang)
        WHERE id = $id
        """,
        {
            "id": article.id, "version": analysis.version, "relevant": analysis.relevant, "note": analysis.note,
            "group": group, "lang": analysis.lang,
        },
    )  # fmt: skip


def _mark_story(connection: Connection, article: str, events: list[str]) -> None:
    """The story of the first event it shares with an earlier article, else its own."""
    found = connection.execute(
        """
        SELECT min(coalesce(story, articles.id)) FROM mentions JOIN articles ON articles.id = mentions.article
        WHERE mentions.event IN $events AND articles.id <> $id
        """,
        {"events": events, "id": article},
    ).fetchone()
    story = (found[0] if found else None) or article
    connection.execute("UPDATE articles SET story = $story WHERE id = $id", {"story": story, "id": article})


def _refresh(connection: Connection, event: str, *, exists: bool) -> None:
    """Derive the event anew from its mentions; without any it is gone."""
    found = rows(
        connection,
        """
        SELECT mentions.*, evidence_start IS NULL AS in_title, published, coalesce(published, fetched) AS seen, source,
            coalesce(copy_group, articles.id) AS copy_group
        FROM mentions JOIN articles ON articles.id = mentions.article
        WHERE event = $event
        ORDER BY mentions.id
        """,
        {"event": event},
    )
    if not found:
        connection.execute("DELETE FROM events WHERE id = $event", {"event": event})
        return
    derived = derive_event([_report(row) for row in found])
    type_ = found[0]["type"]
    values = {"id": event, "type": type_, "family": FAMILY_OF_TYPE[type_], **derived}
    (_update_event if exists else _insert_event)(connection, values)


def _report(row: dict[str, Any]) -> Report:
    values = {field.name: row[field.name] for field in fields(Report)}
    return Report(**{**values, "minerals": tuple(values["minerals"]), "countries": tuple(values["countries"])})


# Two statements instead of one upsert, which takes DuckDB three times as long. The names are ours, from derive_event.


def _insert_event(connection: Connection, values: dict[str, object]) -> None:
    names = ", ".join(values)
    marks = ", ".join(f"${name}" for name in values)
    connection.execute(f"INSERT INTO events ({names}) VALUES ({marks})", values)  # noqa: S608


def _update_event(connection: Connection, values: dict[str, object]) -> None:
    changes = ", ".join(f"{name} = ${name}" for name in values if name != "id")
    connection.execute(f"UPDATE events SET {changes} WHERE id = $id", values)  # noqa: S608
