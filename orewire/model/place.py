"""Where the events that match lie: at their projects where these have coordinates, else in their countries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A project with coordinates, or a country, and the events that lie there.

    `project` is the number of the project, None for a country; `country` is its code, None where no country of a
    project is known. `latitude` and `longitude` are None for a country that the store has no point for. `supporters`
    and `opponents` are holders, each once for each event; `newest` is the day of the last event that is dated.
    """

    name: str
    country: str | None
    latitude: float | None
    longitude: float | None
    project: int | None
    events: int
    supporters: int
    opponents: int
    newest: date | None

    @property
    def balance(self) -> float | None:
        """(supporters - opponents) / (supporters + opponents): from -1 to 1; None where nobody spoke."""
        spoke = self.supporters + self.opponents
        return round((self.supporters - self.opponents) / spoke, 4) if spoke else None
