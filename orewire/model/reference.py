"""What is known before anything is read: minerals, places and projects, handed from the gazetteer to the store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMineral:
    """A mineral by its canonical name, with the symbol of the element where it is one."""

    name: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A country (ISO 3166-1 alpha-2, or EU), with a point in degrees where anybody lives there."""

    code: str
    name: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProject:
    """A mine, deposit or plant. `origin` is `gazetteer` (written by hand) or `site` (a public compilation).

    `is_certain`: its name means nothing else, so that an article that places it elsewhere is mistaken.
    """

    name: str
    aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    operator: str | None = None
    at: tuple[float, float] | None = None
    origin: str = "gazetteer"
    is_certain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All of it; `version` changes with the data."""

    version: str
    minerals: tuple[KnownMineral, ...] = ()
    places: tuple[KnownPlace, ...] = ()
    projects: tuple[KnownProject, ...] = ()
