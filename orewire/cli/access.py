"""user, token, audit: who may use the pages and the API, and what they did."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orewire.cli.output import printable
from orewire.cli.session import config_option, open_access, read_config, read_since
from orewire.model.access import ROLES, SHORTEST_PASSWORD, Deed, Token, User
from orewire.model.errors import UsageError

if TYPE_CHECKING:
    from orewire.model.ports import Access

_SERVICE = "service"
_MOST = 10_000

role_option = click.option(
    "--role", type=click.Choice(ROLES), required=True, help="Each may all that those before may."
)
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, not from the terminal."
)
format_option = click.option(
    "--format", "form", type=click.Choice(("table", "json", "csv")), default="table", show_default=True
)


@click.group("user")
def user_command() -> None:
    """Who may log in: a reader asks, an analyst keeps watches and corrects, an admin does all.

    Without users, whoever is at this machine is an analyst, and nobody else can reach the service.
    """


@user_command.command("add")
@click.argument("name")
@role_option
@password_option
@config_option
def add_user_command(config_path: Path, name: str, role: str, password_stdin: bool) -> None:
    """Let NAME log in."""
    password = _read_password(password_stdin)
    with _changing(config_path, "POST users", name) as access:
        access.add_user(name, role, password)
    click.echo(printable(f"{name} may log in as {role}"))


@user_command.command("list")
@format_option
@config_option
def list_users_command(config_path: Path, form: str) -> None:
    """Show who may log in."""
    with open_access(read_config(config_path)) as access:
        _write(access.get_users(), User, form)


@user_command.command("password")
@click.argument("name")
@password_option
@config_option
def password_command(config_path: Path, name: str, password_stdin: bool) -> None:
    """Give NAME another password; all their sessions end."""
    password = _read_password(password_stdin)
    with _changing(config_path, "PUT users", f"{name}/password") as access:
        access.set_password(name, password)
    click.echo(printable(f"{name} has another password"))


@user_command.command("disable")
@click.argument("name")
@config_option
def disable_command(config_path: Path, name: str) -> None:
    """Let NAME in no more, nor their tokens; what they did stays recorded under their name."""
    with _changing(config_path, "POST users", f"{name}/disable") as access:
        access.disable_user(name)
    click.echo(printable(f"{name} may log in no more"))


@user_command.command("remove")
@click.argument("name")
@config_option
def remove_command(config_path: Path, name: str) -> None:
    """Forget NAME and their tokens; what they did stays recorded, but the name can be given again."""
    with _changing(config_path, "DELETE users", name) as access:
        access.remove_user(name)
    click.echo(printable(f"{name} is gone"))


@click.group("token")
def token_command() -> None:
    """What lets programs use the API: each acts for a user, and may do no more than they."""


@token_command.command("add")
@click.argument("name")
@click.option("--user", required=True, help="For whom it acts.")
@role_option
@click.option("--expires", help="How long it is good: 90d, 6w, 3m, 1y; or until a day, such as 2027-01-31.")
@config_option
def add_token_command(config_path: Path, name: str, user: str, role: str, expires: str | None) -> None:
    """Make a token for what NAME says. Its secret is written to standard output, this once."""
    until = read_until(expires, datetime.now(UTC)) if expires else None
    with _changing(config_path, "POST tokens", f"{name} of {user}") as access:
        token, secret = access.add_token(name, user=user, role=role, expires_at=until)
    good = f", good until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else ""
    click.echo(printable(f"token {token.id} for {user} as {role}{good}; its secret is not shown again:"), err=True)
    click.echo(secret)


@token_command.command("list")
@format_option
@config_option
def list_tokens_command(config_path: Path, form: str) -> None:
    """Show each token, without its secret."""
    with open_access(read_config(config_path)) as access:
        _write(access.get_tokens(), Token, form)


@token_command.command("revoke")
@click.argument("number", type=click.IntRange(min=1))
@config_option
def revoke_command(config_path: Path, number: int) -> None:
    """Let nobody in by token NUMBER any more."""
    with _changing(config_path, "DELETE tokens", str(number)) as access:
        token = access.revoke_token(number)
    click.echo(printable(f"token {number} ({token.name}) is good no more"))


@click.command("audit")
@click.option(
    "--since", default="30d", show_default=True, help="How far back: 90d, 6w, 3m; or a day, such as 2025-01-31."
)
@click.option("--limit", type=click.IntRange(1, _MOST), default=_MOST, show_default=True, help="Most lines.")
@format_option
@config_option
def audit_command(config_path: Path, since: str, limit: int, form: str) -> None:
    """Show who changed what, the latest first; a year is kept."""
    start = datetime.combine(read_since(since, datetime.now(UTC).date()), time(), UTC)
    with open_access(read_config(config_path)) as access:
        _write(access.find_deeds(since=start, limit=limit), Deed, form)


def read_until(text: str, now: datetime) -> datetime:
    """When `90d`, `6w`, `3m` or `1y` from now are over, or a day begins; UsageError for what is past, or no time."""
    try:
        start = read_since(text, now.date())
    except UsageError as error:
        raise UsageError(f"--expires: found {text!r}, expected 90d, 6m, 1y or a day such as 2027-01-31") from error
    is_span = text.strip()[-1].isalpha()
    until = now + (now.date() - start) if is_span else datetime.combine(start, time(), UTC)
    if until <= now:
        raise UsageError(f"--expires: found {text!r}, expected a time to come")
    return until.replace(microsecond=0) + timedelta(seconds=1)


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = f"Password ({SHORTEST_PASSWORD} characters at least)"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt="The same again", err=True))


@contextmanager
def _changing(config_path: Path, what: str, target: str) -> Iterator[Access]:
    """The users and tokens, to be changed; a running service records that itself."""
    with open_access(read_config(config_path)) as access:
        from store.local_access import LocalAccess

        yield access
        if isinstance(access, LocalAccess):
            now = datetime.now(UTC)
            done = Deed(done_at=now, who=_SERVICE, role="admin", what=what, target=target, address="", outcome="done")
            access.add_deeds([done])


def _write(records: Sequence[Any], kind: Any, form: str) -> None:
    from orewire.cli.rows import write_answer
    from orewire.model.event import to_json

    write_answer([to_json(record) for record in records], [field.name for field in fields(kind)], form)
