"""Sets of countries or minerals as small numbers: what events are filtered and counted by."""

from __future__ import annotations

from collections.abc import Iterable

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
