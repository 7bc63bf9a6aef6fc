"""Sets of countries or minerals, and names of projects, as small numbers: what events are filtered and counted by."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from store.connection import Connection, insert_rows

Members = tuple[str, ...]


def set_ids(connection: Connection, table: str, wanted: Iterable[Members]) -> dict[Members, int]:
    """Numbers of the sets in `country_sets` or `mineral_sets`; those that are new are added. Order counts."""
    found = connection.execute(f"SELECT members, id FROM {table}").fetchall()  # noqa: S608 - our own names
    known = {tuple(members): number for members, number in found}
    new = [members for members in dict.fromkeys(wanted) if members not in known]
    numbers = {members: number for number, members in enumerate(new, max(known.values(), default=-1) + 1)}
    insert_rows(
        connection, table, {"id": "UINTEGER", "members": "VARCHAR[]"}, [(numbers[one], list(one)) for one in new]
    )
    return known | numbers


def project_ids(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Numbers of the projects of these names; those that are new are added without a place."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    found = connection.execute("SELECT name, id FROM projects WHERE name IN $names", {"names": wanted}).fetchall()
    known = dict(found)
    new = [name for name in wanted if name not in known]
    (last,) = connection.execute("SELECT coalesce(max(id), -1) FROM projects").fetchone() or (-1,)
    numbers = {name: number for number, name in enumerate(new, last + 1)}
    insert_rows(connection, "projects", {"id": "INTEGER", "name": "VARCHAR"}, [(numbers[name], name) for name in new])
    return known | numbers
