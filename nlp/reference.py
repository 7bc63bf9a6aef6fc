"""The gazetteer as plain rows, for those who keep it beside what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from nlp.lexicon import DATA, Project, read_sites, read_table, read_yaml
from nlp.lexicon import projects as known_projects
from orewire.model.reference import KnownMineral, KnownPlace, KnownProject, Reference

_FILES: Final = ("minerals.yaml", "countries.tsv", "projects.yaml", "sites.tsv")
_FORMAT: Final = "1"
"""Changes where this module reads the same files otherwise."""
_SYMBOLS: Final = {
    "lithium": "Li", "nickel": "Ni", "cobalt": "Co", "copper": "Cu", "manganese": "Mn", "neodymium": "Nd",
    "praseodymium": "Pr", "dysprosium": "Dy", "terbium": "Tb", "scandium": "Sc", "yttrium": "Y", "gallium": "Ga",
    "germanium": "Ge", "antimony": "Sb", "tungsten": "W", "tin": "Sn", "tantalum": "Ta", "niobium": "Nb",
    "titanium": "Ti", "vanadium": "V", "chromium": "Cr", "magnesium": "Mg", "aluminium": "Al", "zinc": "Zn",
    "lead": "Pb", "silver": "Ag", "gold": "Au", "platinum": "Pt", "palladium": "Pd", "uranium": "U", "silicon": "Si",
    "tellurium": "Te", "indium": "In", "beryllium": "Be", "boron": "B", "zirconium": "Zr", "molybdenum": "Mo",
    "helium": "He",
}  # fmt: skip


def reference_version() -> str:
    """Tells whether the data has changed, without reading it all into memory."""
    digest = hashlib.sha256(_FORMAT.encode())
    for name in _FILES:
        digest.update(DATA.joinpath(name).read_bytes())
    return digest.hexdigest()[:16]


def read_reference() -> Reference:
    """All that the gazetteer knows."""
    return Reference(
        version=reference_version(),
        minerals=tuple(KnownMineral(name=name, symbol=_SYMBOLS.get(name)) for name in read_yaml("minerals.yaml")),
        places=tuple(_places()),
        projects=(*_gazetteer(), *map(_site, read_sites())),
    )


def _places() -> Iterator[KnownPlace]:
    from babel import Locale

    names = Locale.parse("en").territories
    for code, latitude, longitude in read_table("countries.tsv"):
        at = (float(latitude), float(longitude)) if latitude else None
        yield KnownPlace(code=code, name=names.get(code, code), at=at)


def _gazetteer() -> Iterator[KnownProject]:
    aliases = {record["name"]: tuple(record.get("aliases") or ()) for record in read_yaml("projects.yaml")}
    for one in known_projects().values():
        yield KnownProject(
            name=one.name, aliases=aliases[one.name], countries=one.countries, minerals=one.minerals,
            operator=one.operator, at=one.at, is_certain=not one.ambiguous,
        )  # fmt: skip


def _site(one: Project) -> KnownProject:
    return KnownProject(name=one.name, countries=one.countries, minerals=one.minerals, at=one.at, origin="site")
