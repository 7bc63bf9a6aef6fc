"""Where the events that match lie, counted in one pass."""

from __future__ import annotations

from orewire.model.event import Filters
from orewire.model.place import Place
from store.connection import Connection, rows
from store.filters import matching

_PLACES = """
WITH located AS (
    SELECT id, name, countries, latitude, longitude FROM projects
    WHERE latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180
),
told AS (
    SELECT located.id AS project, CASE WHEN located.id IS NULL THEN country_set END AS country_set, count(*) AS events,
        sum(supporters) AS supporters, sum(opponents) AS opponents, max(date) AS newest
    FROM {events} LEFT JOIN located ON located.id = events.project
    GROUP BY ALL
),
elsewhere AS (
    SELECT unnest(members) AS code, events, supporters, opponents, newest
    FROM told JOIN country_sets ON country_sets.id = country_set
),
placed AS (
    SELECT name, countries[1] AS country, latitude, longitude, project, events, supporters, opponents, newest
    FROM told JOIN located ON located.id = project
    UNION ALL
    SELECT any_value(coalesce(places.name, elsewhere.code)), elsewhere.code, any_value(latitude), any_value(longitude),
        NULL, sum(events), sum(supporters), sum(opponents), max(newest)
    FROM elsewhere LEFT JOIN places ON places.code = elsewhere.code
    GROUP BY elsewhere.code
)
SELECT name, country, latitude, longitude, project, newest, events::BIGINT AS events,
    supporters::BIGINT AS supporters, opponents::BIGINT AS opponents
FROM placed ORDER BY events DESC, name, project LIMIT $limit
"""


def find_places(connection: Connection, filters: Filters, *, limit: int = 5000) -> list[Place]:
    """Those of the most events first. An event of several countries lies in each; one without any lies nowhere."""
    events, values = matching(filters)
    found = rows(connection, _PLACES.format(events=events), {**values, "limit": limit})
    return [Place(**row) for row in found]
