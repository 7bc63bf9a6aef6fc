"""A store with something in every table, and a decision of a person of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orewire.model.access import Deed
from orewire.model.article import Entry
from orewire.model.event import Filters, Review
from orewire.model.feed import FeedSpec
from orewire.model.ledger import Alert, Post
from orewire.model.message import Message
from orewire.model.queries import SavedQuery
from orewire.model.reference import KnownMineral, KnownPlace, KnownProject, Reference
from store.articles import add_article
from store.connection import Connection, open_database
from store.cursors import Cursors
from store.events import find_events
from store.feeds import queue_entries, sync_feeds
from store.files import KnownFile, record_file
from store.ledger import add_alerts, settle_alerts
from store.local_access import LocalAccess
from store.outbox import add_message
from store.pages import claim_pages, record_fetched
from store.queries import put_query
from store.reading import table_names
from store.reanalyses import queue_stale
from store.reference import put_reference
from store.reviews import carry_out
from store.watches import put_watch
from tests.store.conftest import NOW, article, mention, opposing, teller

DAY = date(2025, 11, 13)
REFERENCE = Reference(
    version="1",
    minerals=(KnownMineral(name="lithium", symbol="Li"),),
    places=(KnownPlace(code="RS", name="Serbia", at=(44.8, 20.47)),),
    projects=(KnownProject(name="Jadar", countries=("RS",), at=(44.53, 19.31)),),
)


def fill(connection: Connection) -> None:
    """Six papers on one event, a protest at two mines, an article of nothing, one that was revised, and queues."""
    tell = teller(connection)
    for number, name in enumerate("abcdef"):
        tell(article(name, day=DAY + timedelta(days=number)), mention(), stances=(opposing(),))
    tell(article("g"), mention("protest", project="Piskanja"), mention("protest", project="Jadar"))
    tell(article("h"))
    tell(article("s"), mention("strike", project="Rekovac"))
    for text in ("A text.", "Another text, under the same address."):
        add_article(connection, article("i", text=text), NOW)
    _review(connection)
    _fill_queues(connection)
    _fill_ledger(connection)
    _fill_access(connection)
    put_reference(connection, REFERENCE, NOW)
    queue_stale(connection, "2", "2")


def _review(connection: Connection) -> None:
    protests = connection.execute("SELECT id FROM events WHERE type = 'protest' ORDER BY id").fetchall()
    merge = Review(action="merge", event=protests[0][0], into_event=protests[1][0], who="a person")
    carry_out(connection, merge, NOW)
    (event,) = connection.execute("SELECT id FROM events WHERE type = 'permit_denied'").fetchone() or (0,)
    carry_out(connection, Review(action="split", event=event, articles=(article("b").id,), who="a person"), NOW)
    carry_out(connection, Review(action="edit", event=event, edits={"actor": "the ministry"}, who="a person"), NOW)
    carry_out(connection, Review(action="accept", event=protests[1][0], who="a person"), NOW)
    (strike,) = connection.execute("SELECT id FROM events WHERE type = 'strike'").fetchone() or (0,)
    carry_out(connection, Review(action="reject", event=strike, who="a person"), NOW)


def _fill_queues(connection: Connection) -> None:
    sync_feeds(connection, [FeedSpec(url="https://example.org/feed", name="Example")])
    entries = [Entry(url=f"https://example.org/{name}", title=name) for name in "kl"]
    queue_entries(connection, "https://example.org/feed", entries, NOW)
    record_fetched(connection, claim_pages(connection, NOW, 1)[0].url, article("k"), NOW)
    record_file(connection, KnownFile(path="/f", size=1, modified=NOW, article=None), NOW, article=article("m"))


def _fill_ledger(connection: Connection) -> None:
    put_watch(connection, "jadar", {"project": ["Jadar"]}, is_own=True, now=NOW)
    event = find_events(connection, Filters(project=("Jadar",)))[0]
    alert = Alert(watch="jadar", kind="event", event=event.id, decided_at=NOW, due=NOW)
    key = "alert/jadar/1"
    add_alerts(connection, [alert])
    settle_alerts(connection, [replace(alert, id=1, state="told", told=event, message=key)])
    message = Message(key=key, subject="A permit was refused", text="It was.", summary="Refused", created=NOW)
    post = Post(
        key=key, kind="alert", name="jadar", day=DAY, thread=None, created=NOW, subject=message.subject,
        events=(event.id,),
    )  # fmt: skip
    add_message(connection, message, post, ["desk"], NOW)


def _fill_access(connection: Connection) -> None:
    access = LocalAccess(Cursors(connection), lambda: NOW)
    access.add_user("ana", "admin", "correct horse battery")
    access.add_token("bot", user="ana", role="reader")
    access.open_session("ana")
    done = Deed(done_at=NOW, who="ana", role="admin", what="PUT watches", target="jadar", address="", outcome="done")
    access.add_deeds([done])
    put_query(connection, SavedQuery(name="types", sql="SELECT type FROM event_list", who="ana", made_at=NOW))


def fill_file(path: Path) -> None:
    """The same in a file that is closed again."""
    connection = open_database(path)
    fill(connection)
    connection.close()


_COMPARED = {"fingerprints": "* EXCLUDE (mark)"}


def content(connection: Connection) -> dict[str, list[Any]]:
    """Every row of every table, but for the marks, which are drawn anew."""
    return {
        name: connection.execute(f'SELECT {_COMPARED.get(name, "*")} FROM "{name}" ORDER BY ALL').fetchall()
        for name in table_names(connection)
    }


def silent(*_: object) -> None:
    """Nobody is told how it goes."""
