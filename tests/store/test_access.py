"""Users, tokens, sessions and the record of what was done, as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orewire.model.access import (
    IDLE,
    KEEP_DEEDS,
    LONGEST_SESSION,
    Deed,
    Visitor,
    visitor_by_session,
    visitor_by_token,
)
from orewire.model.errors import UsageError
from store.access import SECRET_TABLES
from store.connection import Connection, open_database
from store.cursors import Cursors
from store.local import LocalStore
from store.local_access import LocalAccess
from store.passwords import digest_of, hash_password, is_password
from tests.store.conftest import NOW

PASSWORD = "correct horse battery"


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(connection: Connection, clock: Clock) -> Iterator[LocalAccess]:
    """A store that knows Ana, an admin, and Leo, an analyst."""
    found = LocalAccess(Cursors(connection), clock)
    found.add_user("ana", "admin", PASSWORD)
    found.add_user("leo", "analyst", PASSWORD)
    yield found


def by_session(access: LocalAccess, secret: str, now: datetime) -> Visitor | None:
    return visitor_by_session(access.get_known(), digest_of(secret), now)


def by_token(access: LocalAccess, secret: str, now: datetime = NOW) -> Visitor | None:
    return visitor_by_token(access.get_known(), digest_of(secret), now)


def test_a_password_is_that_of_its_user(access: LocalAccess) -> None:
    """Only the right one, of somebody who may log in."""
    assert [True, False, False] == [
        access.is_password("ana", PASSWORD),
        access.is_password("ana", f"{PASSWORD} "),
        access.is_password("nobody", PASSWORD),
    ]


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """One makes a letter and its accent one character, another two."""
    assert is_password("pass\u00fcber alles", hash_password("passu\u0308ber alles"))


def test_a_hash_tells_nothing() -> None:
    """Each is another, with a salt of its own; one that is no hash fits nothing."""
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
    assert not is_password(PASSWORD, "no hash")


@pytest.mark.parametrize(
    ("password", "told"), [("short", "12"), ("x" * 1001, "1,000"), ("leonardo.vinci", "name"), ("a" * 20, "different")]
)
def test_a_weak_password_is_refused(access: LocalAccess, password: str, told: str) -> None:
    """Too short, too long, the name, or hardly a password."""
    with pytest.raises(UsageError, match=told):
        access.add_user("Leonardo.Vinci", "reader", password)


@pytest.mark.parametrize("name", ["", " ana", "a b", "a/b", "..", "a\n", "x" * 101, "service", "Local", "ANA"])
def test_a_name_that_cannot_be(access: LocalAccess, name: str) -> None:
    """None, one that an address cannot hold, one that means something else, or one that is taken."""
    with pytest.raises(UsageError, match="user"):
        access.add_user(name, "reader", PASSWORD)


def test_an_unknown_role_is_refused(access: LocalAccess) -> None:
    """The roles that there are, are told."""
    with pytest.raises(UsageError, match="reader, analyst, admin"):
        access.add_user("rita", "owner", PASSWORD)


def test_who_is_unknown_cannot_be_changed(access: LocalAccess) -> None:
    """Those who are known, are told."""
    with pytest.raises(UsageError, match="ana, leo"):
        access.disable_user("rita")


def test_a_session_lets_its_user_in(access: LocalAccess) -> None:
    """By the digest of its secret only."""
    secret = access.open_session("leo")
    assert Visitor(name="leo", role="analyst", session=digest_of(secret)) == by_session(access, secret, NOW)
    assert by_session(access, digest_of(secret), NOW) is None


def test_an_idle_session_ends(access: LocalAccess) -> None:
    """After twelve hours, counted from when it was last used."""
    secret = access.open_session("leo")
    assert by_session(access, secret, NOW + IDLE) is None
    access.note([], {digest_of(secret): NOW + timedelta(hours=1)})
    assert by_session(access, secret, NOW + IDLE) is not None


def test_no_session_lasts_for_ever(access: LocalAccess, clock: Clock) -> None:
    """After thirty days it ends, however often it is used; then it is forgotten."""
    secret = access.open_session("leo")
    last = NOW + LONGEST_SESSION
    access.note([], {digest_of(secret): last - timedelta(seconds=1)})
    assert by_session(access, secret, last - timedelta(seconds=1)) is not None
    assert by_session(access, secret, last) is None
    clock.now = last
    access.note([], {"else": last})
    assert {} == access.get_known().sessions


@pytest.mark.parametrize("change", ["set_password", "disable_user", "remove_user"])
def test_what_ends_all_sessions_of_a_user(access: LocalAccess, change: str) -> None:
    """Another password, being disabled, being removed; others stay."""
    mine, other = access.open_session("leo"), access.open_session("ana")
    getattr(access, change)(*("leo", "another password") if change == "set_password" else ("leo",))
    assert (None, "ana") == (by_session(access, mine, NOW), getattr(by_session(access, other, NOW), "name", None))


def test_a_session_is_closed(access: LocalAccess) -> None:
    """For good, whoever still has its id."""
    secret = access.open_session("leo")
    access.close_session(digest_of(secret))
    assert by_session(access, secret, NOW) is None


def test_of_too_many_sessions_the_oldest_end(access: LocalAccess, clock: Clock) -> None:
    """Fifty of one user are kept."""
    secrets = []
    for second in range(52):
        clock.now = NOW + timedelta(seconds=second)
        secrets.append(access.open_session("leo"))
    known = access.get_known().sessions
    assert {digest_of(secret) for secret in secrets[2:]} == set(known)


def test_a_token_acts_for_its_user(access: LocalAccess) -> None:
    """With its own role, as long as that is not above the user's."""
    token, secret = access.add_token("bot", user="ana", role="reader")
    assert (Visitor(name="ana", role="reader"), [token]) == (by_token(access, secret), list(access.get_tokens()))


def test_a_token_may_not_do_more_than_its_user(access: LocalAccess) -> None:
    """It is not made at all."""
    with pytest.raises(UsageError, match="leo is only analyst"):
        access.add_token("bot", user="leo", role="admin")


def test_a_token_ends(access: LocalAccess) -> None:
    """At its time; when it is revoked; with its user."""
    secrets = [
        access.add_token(name, user="leo", role="reader", expires_at=NOW + timedelta(days=1))[1] for name in "abc"
    ]
    assert [True, False] == [by_token(access, secrets[0], NOW + timedelta(hours=h)) is not None for h in (23, 24)]
    assert NOW == access.revoke_token(1).revoked_at
    assert [True, False, False] == [by_token(access, secret) is None for secret in secrets]
    access.disable_user("leo")
    assert [True] * 3 == [by_token(access, secret) is None for secret in secrets]


def test_a_number_is_not_given_twice(access: LocalAccess) -> None:
    """The record goes on telling which token it was."""
    access.add_token("a", user="leo", role="reader")
    access.remove_user("leo")
    token, _ = access.add_token("b", user="ana", role="reader")
    assert (2, ["b"]) == (token.id, [one.name for one in access.get_tokens()])


def test_deeds_come_back_the_latest_first(access: LocalAccess) -> None:
    """Those since a time, so many of them, without what a terminal would obey and not too long."""
    deeds = [deed(NOW + timedelta(hours=hour), target=f"\x1b[{hour}m{'x' * 300}") for hour in range(4)]
    access.add_deeds(deeds)
    found = access.find_deeds(since=NOW + timedelta(hours=1), limit=2)
    assert [NOW + timedelta(hours=3), NOW + timedelta(hours=2)] == [one.done_at for one in found]
    assert (200, " [3m") == (len(found[0].target), found[0].target[:4])


def test_a_year_of_deeds_is_kept(access: LocalAccess, clock: Clock) -> None:
    """Older ones go."""
    access.add_deeds([deed(NOW), deed(NOW + timedelta(days=1))])
    clock.now = NOW + KEEP_DEEDS + timedelta(hours=1)
    access.note([], {"any": clock.now})
    assert [NOW + timedelta(days=1)] == [one.done_at for one in access.find_deeds()]


def deed(done_at: datetime, target: str = "jadar") -> Deed:
    return Deed(
        done_at=done_at, who="ana", role="admin", what="PUT watches", target=target, address="127.0.0.1", outcome="done"
    )  # fmt: skip


def test_who_takes_the_store_gets_no_secret(tmp_path: Path) -> None:
    """A snapshot has the tables, and nothing in them; a query cannot name them."""
    store = LocalStore(open_database(tmp_path / "s.duckdb"))
    try:
        store.access().add_user("ana", "admin", PASSWORD)
        store.access().add_token("bot", user="ana", role="admin")
        with store.open_snapshot() as body:
            (tmp_path / "copy.duckdb").write_bytes(body.read())
        with pytest.raises(UsageError, match="users"):
            store.run_sql("SELECT hash FROM users")
    finally:
        store.close()
    with open_database(tmp_path / "copy.duckdb") as copy:
        assert [(0,)] * 4 == [copy.execute(f"SELECT count(*) FROM {name}").fetchone() for name in SECRET_TABLES]
