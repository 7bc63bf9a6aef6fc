"""Make orewire/digest/data/world.json again, the outlines behind the digest's map.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m bench.world_outlines package/countries-110m.json

The outlines are Natural Earth's of 1:110 million, in the public domain, as the npm package world-atlas (ISC) has them
in TopoJSON. Antarctica is left out, and so is what the map does not show: names and codes. The points are those of
the gazetteer, nlp/data/countries.tsv.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from nlp.reference import read_reference

OUT = Path(__file__).parents[1] / "orewire" / "digest" / "data" / "world.json"
_ANTARCTICA = "010"


def main() -> None:
    """Read the package's file, write ours, say how large it is."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    record = {"about": _about(), "outlines": outlines(topology), "points": points()}
    OUT.write_text(json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size:,} bytes")


def _about() -> str:
    return (
        "Outlines: Natural Earth 1:110m, public domain, from world-atlas 2.0.2. Points: latitude and longitude by "
        "ISO code. Made by bench/world_outlines.py."
    )


def outlines(topology: dict[str, Any]) -> dict[str, Any]:
    """The topology of all countries but Antarctica, with the arcs that they need."""
    countries = topology["objects"]["countries"]["geometries"]
    shapes = [{"type": one["type"], "arcs": one["arcs"]} for one in countries if one.get("id") != _ANTARCTICA]
    used = sorted({_arc(arc) for shape in shapes for arc in _flat(shape["arcs"])})
    places = {arc: place for place, arc in enumerate(used)}
    for shape in shapes:
        shape["arcs"] = _renumbered(shape["arcs"], places)
    return {
        "type": "Topology",
        "transform": topology["transform"],
        "objects": {"countries": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": [topology["arcs"][arc] for arc in used],
    }


def points() -> dict[str, tuple[float, float]]:
    """Where to put an event of a country, by its code: latitude, longitude."""
    return {place.code: place.at for place in read_reference().places if place.at}


def _arc(arc: int) -> int:
    """The arc's place: a negative one is walked backwards."""
    return ~arc if arc < 0 else arc


def _flat(arcs: Any) -> list[int]:
    return [arcs] if isinstance(arcs, int) else [arc for part in arcs for arc in _flat(part)]


def _renumbered(arcs: Any, places: dict[int, int]) -> Any:
    if isinstance(arcs, int):
        return ~places[_arc(arcs)] if arcs < 0 else places[arcs]
    return [_renumbered(part, places) for part in arcs]


if __name__ == "__main__":
    main()
