"""Mineral sites of the world by name: nlp/data/sites.tsv, cleaned from a table of public compilations.

Source: USGS MRDS, USMIN and other compilations by way of MinMod, NRCan and CMDC, joined into one table with the columns
name, country, region, latitude, longitude, commodities. `python -m nlp.training.build_sites TABLE.csv` writes the file.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "sites.tsv"
_SHORTEST = 4
_NEAR_DEGREES = 1.0
"""A site without a country lies in that of its nearest neighbour, if that is no farther than this."""
_GENERIC = (
    r"(?:Mine|Mines|Deposit|Deposits|Prospect|Prospects|Group|Claim|Claims|Occurrence|Occurrences|Property|Project|Mining"
    r"|Company|District|Showing|Area|Field|Mill|Plant|Smelter|Refinery|Quarry|Pit|Operation|Operations|Placer|Lode|No|Nos"
    r"|Unnamed|Unknown|Facility|Complex|Extension)"
)
_TAIL = re.compile(rf"(?:[\s,]+{_GENERIC}\.?|[\s#]*\d+(?:-\d+)?)+$", re.IGNORECASE)
_NO_NAME = re.compile(rf"^(?:{_GENERIC}|Unnamed.*|Unknown.*|Sec\w* .*|Lot .*)$", re.IGNORECASE)
_COUNTRIES = {
    "USA": "US", "Burma": "MM", "Myanmar": "MM", "DRC": "CD", "Congo (Kinshasa)": "CD", "Congo": "CG", "Zaire": "CD",
    "Democratic Republic of the Congo": "CD", "Congo - Kinshasa": "CD", "Ivory Coast": "CI", "Cote d'Ivoire": "CI",
    "Côte d'Ivoire": "CI", "Turkey": "TR", "Czech Republic": "CZ", "Korea, South": "KR", "South Korea": "KR",
    "Republic of Korea": "KR", "Korea, North": "KP", "North Korea": "KP", "England": "GB", "Scotland": "GB", "UK": "GB",
    "Macedonia": "MK", "Swaziland": "SZ", "Kyrgyz Republic": "KG", "Russian Federation": "RU",
    "Bosnia and Herzegovina": "BA", "Viet Nam": "VN", "Laos": "LA", "Hong Kong": "HK",
    "Trinidad and Tobago": "TT", "Kosovo": "XK",
}  # fmt: skip
_MINERALS = {
    "li": "lithium", "ni": "nickel", "co": "cobalt", "cu": "copper", "mn": "manganese", "ga": "gallium",
    "ge": "germanium", "sb": "antimony", "w": "tungsten", "sn": "tin", "ta": "tantalum", "nb": "niobium",
    "ti": "titanium", "v": "vanadium",
    "cr": "chromium", "mg": "magnesium", "al": "aluminium", "aluminum": "aluminium", "zn": "zinc", "pb": "lead",
    "ag": "silver", "au": "gold", "pt": "platinum", "pd": "palladium", "pge": "platinum group metals",
    "platinum-group elements": "platinum group metals", "u": "uranium", "fe": "iron ore", "iron": "iron ore",
    "phosphorus-phosphates": "phosphate", "potassium": "potash", "be": "beryllium", "te": "tellurium", "in": "indium",
    "b": "boron", "boron-borates": "boron", "zr": "zirconium", "mo": "molybdenum", "fluorine-fluorite": "fluorspar",
    "rare earth elements": "rare earths", "ree": "rare earths", "silica": "silicon", "magnesite": "magnesium",
    "bauxite": "aluminium", "coal": "coal", "helium": "helium", "diamond": "diamond",
    **dict.fromkeys(("cerium", "lanthanum", "samarium", "europium", "yttrium", "neodymium"), "rare earths"),
}  # fmt: skip
_CANONICAL = frozenset(_MINERALS.values()) | {"lithium", "graphite", "fluorspar", "phosphate", "potash"}
_MOST_MINERALS = 6


@dataclass(frozen=True, slots=True)
class Site:
    """One row of the table after cleaning; `at` is latitude, longitude in degrees."""

    name: str
    country: str | None
    minerals: tuple[str, ...]
    at: tuple[float, float] | None


def main() -> None:
    """Write the table anew."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        sites = place_unplaced([site for row in csv.DictReader(file) for site in read_row(row)])
    lines = [_line(site) for site in merge(sites)]
    _FILE.write_text("name\tcountry\tminerals\tlatitude\tlongitude\n" + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{len(lines)} sites\n")


def read_row(row: Mapping[str, str]) -> Iterator[Site]:
    """One site for each name in the row; none where it has no name of its own."""
    minerals = _minerals(row["commodities"])
    country = _country(row["country"])
    for name in _names(row["name"]):
        yield Site(name, country, minerals, _position(row))


def _names(written: str) -> Iterator[str]:
    """'(Facility) Luilu Smelter', 'North Star Mine,Moneymaker' -> 'Luilu', 'North Star', 'Moneymaker'."""
    for part in re.sub(r"\([^)]*\)", " ", written).split(","):
        name = _TAIL.sub("", " ".join(part.split()))
        if (
            len(name) >= _SHORTEST
            and name[0].isupper()
            and not _NO_NAME.match(name)
            and not re.search(r"\d|[#&/?;]", name)
        ):
            yield name


def _minerals(written: str) -> tuple[str, ...]:
    """Canonical names of what is mined, without grades and units."""
    keys = (re.sub(r"^(?:%|g/t)\s*", "", part.strip().lower()) for part in written.split(";"))
    found = dict.fromkeys(_MINERALS.get(key, key) for key in keys)
    return tuple(sorted(name for name in found if name in _CANONICAL))


def _country(written: str) -> str | None:
    from babel import Locale

    names = {name: code for code, name in Locale.parse("en").territories.items() if len(code) == 2 and code.isalpha()}
    return _COUNTRIES.get(written.strip()) or names.get(written.strip())


def _position(row: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
    except ValueError:
        return None
    sound = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (round(latitude, 3), round(longitude, 3)) if sound else None


def place_unplaced(sites: Iterable[Site]) -> list[Site]:
    """Sites without a country get that of their nearest neighbour."""
    every = list(sites)
    placed = [(site.at, site.country) for site in every if site.at and site.country]
    return [_placed(site, placed) if site.country is None and site.at else site for site in every]


def _placed(site: Site, placed: list[tuple[tuple[float, float], str]]) -> Site:
    def distance(at: tuple[float, float]) -> float:
        assert site.at is not None
        return max(abs(at[0] - site.at[0]), abs(at[1] - site.at[1]))

    at, country = min(placed, key=lambda other: distance(other[0]))
    return Site(site.name, country if distance(at) <= _NEAR_DEGREES else None, site.minerals, site.at)


def merge(sites: Iterable[Site]) -> list[Site]:
    """One site a name. A name that several countries share means none of them, so it is left out."""
    by_name: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_name[site.name].append(site)
    merged = [_merged(name, found) for name, found in sorted(by_name.items())]
    return [site for site in merged if site is not None]


def _merged(name: str, found: list[Site]) -> Site | None:
    countries = {site.country for site in found if site.country}
    if len(countries) != 1:
        return None
    minerals = sorted({mineral for site in found for mineral in site.minerals})
    shared = tuple(minerals) if len(minerals) <= _MOST_MINERALS else ()
    positions = {site.at for site in found if site.at}
    return Site(name, countries.pop(), shared, positions.pop() if len(positions) == 1 else None)


def _line(site: Site) -> str:
    latitude, longitude = site.at or ("", "")
    return f"{site.name}\t{site.country}\t{';'.join(site.minerals)}\t{latitude}\t{longitude}\n"


if __name__ == "__main__":
    main()
