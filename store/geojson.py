"""Events as GeoJSON (RFC 7946): each a feature, at its project where that has coordinates, else in its countries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from store.connection import Connection
from store.textforms import to_json

Point = tuple[float, float]
"""Longitude and latitude, in this order."""


def find_places(connection: Connection) -> dict[str, Point]:
    """A point for each country code; none where the store has no table of places."""
    known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'places' AND NOT internal").fetchone()
    if known is None:
        return {}
    found = connection.execute("SELECT code, longitude, latitude FROM places").fetchall()
    return {code: (longitude, latitude) for code, longitude, latitude in found if _is_point(longitude, latitude)}


def write_geojson(records: Iterable[Mapping[str, Any]], places: Mapping[str, Point], out: BinaryIO) -> None:
    """One feature a line; `place` among its properties tells what its geometry is: project, country, or null."""
    out.write(b'{"type":"FeatureCollection","features":[')
    for number, record in enumerate(records):
        out.write(b",\n" if number else b"\n")
        out.write(to_json(_feature(record, places)).encode())
    out.write(b"\n]}\n")


def _feature(record: Mapping[str, Any], places: Mapping[str, Point]) -> dict[str, Any]:
    place, geometry = _geometry(record, places)
    return {"type": "Feature", "id": record["id"], "geometry": geometry, "properties": {**record, "place": place}}


def _geometry(record: Mapping[str, Any], places: Mapping[str, Point]) -> tuple[str | None, dict[str, Any] | None]:
    """An event of several countries has a point in each of them."""
    if _is_point(record["longitude"], record["latitude"]):
        return "project", {"type": "Point", "coordinates": [record["longitude"], record["latitude"]]}
    points = [list(places[code]) for code in record["countries"] if code in places]
    if len(points) > 1:
        return "country", {"type": "MultiPoint", "coordinates": points}
    return ("country", {"type": "Point", "coordinates": points[0]}) if points else (None, None)


def _is_point(longitude: float | None, latitude: float | None) -> bool:
    return (
        longitude is not None and latitude is not None
        and math.isfinite(longitude) and math.isfinite(latitude)
        and abs(longitude) <= 180 and abs(latitude) <= 90
    )  # fmt: skip
