"""What holds of every store between two transactions: each as the query that finds what breaks it.

A query has one column, `example`: what is wrong, by its number or name.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.corrections import REJECTED


@dataclass(frozen=True, slots=True)
class Invariant:
    """A kind of fault, in words (what the examples are), and the query that finds it."""

    kind: str
    told: str
    query: str
    is_derived: bool = False
    """What is wrong is derived, and can be made anew."""


_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("articles", ("id",)),
    ("articles", ("number",)),
    ("revisions", ("article", "content_hash")),
    ("mentions", ("article", "number")),
    ("fingerprints", ("article",)),
    ("events", ("id",)),
    ("stories", ("id",)),
    ("projects", ("id",)),
    ("country_sets", ("id",)),
    ("country_sets", ("members",)),
    ("mineral_sets", ("id",)),
    ("mineral_sets", ("members",)),
    ("weekly_counts", ("week", "country", "mineral")),
    ("reviews", ("id",)),
    ("feeds", ("url",)),
    ("pages", ("url",)),
    ("files", ("path",)),
    ("changed_events", ("number",)),
    ("watches", ("name",)),
    ("alerts", ("id",)),
    ("messages", ("key",)),
    ("deliveries", ("message", "channel")),
)
_MADE_ANEW = ("mentions", "fingerprints", "weekly_counts")


def _doubled(table: str, key: tuple[str, ...]) -> Invariant:
    columns = ", ".join(key)
    return Invariant(
        f"{table}_doubled_{'_'.join(key)}",
        f"{table} of which there is more than one ({' '.join(key)})",
        f"SELECT concat_ws(' ', {columns}) AS example FROM {table} GROUP BY {columns} HAVING count(*) > 1",  # noqa: S608
        table in _MADE_ANEW,
    )


KEYS = tuple(_doubled(table, key) for table, key in _KEYS)

# An article whose text was revised, or that is to be understood again, waits: until then what was understood stays.
ARTICLES = (
    Invariant(
        "article_without_number",
        "articles without a number",
        "SELECT id AS example FROM articles WHERE number IS NULL",
    ),
    Invariant(
        "article_undecided",
        "articles that are said to be understood, but not whether they are relevant",
        "SELECT number::VARCHAR AS example FROM articles WHERE analysed_version IS NOT NULL AND relevant IS NULL",
    ),
    Invariant(
        "article_text_changed",
        "articles whose title and text are not those that were stored",
        """
        SELECT number::VARCHAR AS example FROM articles
        WHERE left(sha256(concat(title, chr(10), text)), 16) <> content_hash
        """,
    ),
    Invariant(
        "article_story",
        "understood articles that have no story, or one although they are not relevant",
        """
        SELECT number::VARCHAR AS example FROM articles
        WHERE analysed_version IS NOT NULL AND (story IS NOT NULL) <> coalesce(relevant, FALSE)
        """,
    ),
    Invariant(
        "article_copy_group",
        "understood articles whose first copy is not there",
        """
        SELECT number::VARCHAR AS example FROM articles
        WHERE analysed_version IS NOT NULL
            AND (copy_group IS NULL OR copy_group NOT IN (SELECT number FROM articles WHERE number IS NOT NULL))
        """,
    ),
    Invariant(
        "revision_without_article",
        "former texts of articles that are not there",
        "SELECT article AS example FROM revisions ANTI JOIN articles ON articles.id = revisions.article",
    ),
)

_RELEVANT = "(SELECT number AS article FROM articles WHERE relevant)"
DERIVED = (
    Invariant(
        "mention_without_article",
        "mentions whose article is not there or not relevant (article.place)",
        f"SELECT article || '.' || number AS example FROM mentions ANTI JOIN {_RELEVANT} USING (article)",  # noqa: S608
        True,
    ),
    Invariant(
        "mention_differs",
        "mentions with another source, time, voice or first copy than their article (article.place)",
        """
        SELECT article || '.' || mentions.number AS example
        FROM mentions JOIN articles ON articles.number = article
        WHERE analysed_version IS NOT NULL AND (mentions.source, seen, mentions.voice, mentions.copy_group)
            IS DISTINCT FROM (articles.source, coalesce(published, fetched), articles.voice, articles.copy_group)
        """,
    ),
    Invariant(
        "mention_without_event",
        "mentions whose event is not there, and was not rejected (article.place)",
        f"""
        SELECT article || '.' || number AS example FROM mentions ANTI JOIN events ON events.id = event
        WHERE event NOT IN {REJECTED}
        """,  # noqa: S608 - our own
        True,
    ),
    Invariant(
        "event_rejected",
        "events that a person rejected, and that are counted nevertheless",
        f"SELECT id::VARCHAR AS example FROM events WHERE id IN {REJECTED}",  # noqa: S608 - our own
        True,
    ),
    Invariant(
        "event_of_two_types",
        "events whose mentions are of more than one type, although no person merged them or gave them another",
        """
        SELECT event::VARCHAR AS example FROM mentions
        WHERE event NOT IN (
            SELECT coalesce(into_event, event) FROM reviews
            WHERE action = 'merge' OR (action = 'edit' AND (changes ->> 'type') IS NOT NULL)
        )
        GROUP BY event HAVING count(DISTINCT type) > 1
        """,
    ),
    Invariant(
        "event_without_mention",
        "events that nobody tells of",
        "SELECT id::VARCHAR AS example FROM events ANTI JOIN mentions ON mentions.event = events.id",
        True,
    ),
    Invariant(
        "event_article_count",
        "events that count other than their mentions",
        """
        SELECT id::VARCHAR AS example
        FROM events JOIN (SELECT event, count(*) AS told FROM mentions GROUP BY event) ON event = id
        WHERE told <> article_count
        """,
        True,
    ),
    Invariant(
        "event_without_set",
        "events whose set of countries or minerals is not there",
        """
        SELECT id::VARCHAR AS example FROM events
        WHERE country_set NOT IN (SELECT id FROM country_sets) OR mineral_set NOT IN (SELECT id FROM mineral_sets)
        """,
        True,
    ),
    Invariant(
        "event_without_project",
        "events whose project is not there",
        """
        SELECT id::VARCHAR AS example FROM events ANTI JOIN projects ON projects.id = project
        WHERE project IS NOT NULL
        """,
        True,
    ),
    Invariant(
        "stance_without_article",
        "stances whose article is not there or not relevant",
        f"SELECT DISTINCT article::VARCHAR AS example FROM stances ANTI JOIN {_RELEVANT} USING (article)",  # noqa: S608
        True,
    ),
    Invariant(
        "fingerprint_without_article",
        "fingerprints whose article is not there or not relevant",
        f"SELECT article::VARCHAR AS example FROM fingerprints ANTI JOIN {_RELEVANT} USING (article)",  # noqa: S608
        True,
    ),
    Invariant(
        "article_without_fingerprint",
        "relevant articles without a fingerprint, of days that are remembered",
        """
        SELECT number::VARCHAR AS example FROM articles ANTI JOIN fingerprints ON article = number
        WHERE relevant AND analysed_version IS NOT NULL
            AND coalesce(published, fetched)::DATE >= (SELECT min(day) FROM fingerprints)
        """,
        True,
    ),
)

WEEKS = """
SELECT week, country, mineral, sum(number)::INTEGER AS events
FROM (
    SELECT week, number, unnest(country_sets.members) AS country, mineral_sets.members AS minerals
    FROM (
        SELECT date_trunc('week', date)::DATE AS week, country_set, mineral_set, count(*) AS number
        FROM events WHERE date > DATE '0001-01-08' GROUP BY ALL
    )
    JOIN country_sets ON country_sets.id = country_set
    JOIN mineral_sets ON mineral_sets.id = mineral_set
), unnest(minerals) AS each(mineral)
GROUP BY ALL
"""
"""What `weekly_counts` holds; the weeks of the first days of all are not counted, as before them there is no Monday."""

SUMMARIES = (
    Invariant(
        "weekly_count_differs",
        "weekly counts that are not those of the events (week country mineral)",
        f"""
        SELECT concat_ws(' ', week, country, mineral) AS example
        FROM ({WEEKS}) AS expected FULL JOIN weekly_counts USING (week, country, mineral)
        WHERE expected.events IS DISTINCT FROM weekly_counts.events
        """,  # noqa: S608 - our own
        True,
    ),
    Invariant(
        "story_missing",
        "stories that articles belong to and that are not there",
        """
        SELECT DISTINCT story::VARCHAR AS example
        FROM articles ANTI JOIN stories ON stories.id = story WHERE story IS NOT NULL
        """,
        True,
    ),
    Invariant(
        "story_article_count",
        "stories that count other than their articles",
        """
        SELECT id::VARCHAR AS example
        FROM stories LEFT JOIN (SELECT story, count(*) AS told FROM articles GROUP BY story) ON story = id
        WHERE coalesce(told, 0) <> article_count
        """,
        True,
    ),
)

QUEUES = (
    Invariant(
        "page_state",
        "pages in no state of the queue",
        """
        SELECT url AS example FROM pages
        WHERE state NOT IN ('queued', 'done', 'dead') OR attempts < 0 OR coalesce(changes, 0) < 0
        """,
    ),
    Invariant(
        "page_waits",
        "queued pages that wait for months: was the clock wrong?",
        "SELECT url AS example FROM pages WHERE state = 'queued' AND next_try > now() + INTERVAL 60 DAY",
    ),
    Invariant(
        "feed_waits",
        "feeds that wait for months to be polled, or have no interval: was the clock wrong?",
        """
        SELECT url AS example FROM feeds
        WHERE configured AND NOT retired
            AND (greatest(next_poll, wait_until) > now() + INTERVAL 60 DAY OR NOT poll_interval > 0)
        """,
    ),
    Invariant(
        "file_without_article",
        "files of watched folders whose article is not there",
        """
        SELECT path AS example FROM files ANTI JOIN articles ON articles.id = files.article
        WHERE files.article IS NOT NULL
        """,
    ),
    Invariant(
        "review_of_nothing",
        "splits in force whose articles are not there",
        """
        SELECT id::VARCHAR AS example
        FROM (
            SELECT id, unnest(from_json(mentions, '["JSON"]')) AS told FROM reviews
            WHERE action = 'split' AND undone_at IS NULL
        )
        WHERE (told ->> 0)::BIGINT NOT IN (SELECT number FROM articles WHERE number IS NOT NULL)
        """,
    ),
)

LEDGER = (
    Invariant(
        "alert_state",
        "alerts in no state, or told by no message that is there",
        """
        SELECT id::VARCHAR AS example FROM alerts LEFT JOIN messages ON messages.key = message
        WHERE state NOT IN ('waiting', 'held', 'told', 'dropped') OR (state = 'told') <> (messages.key IS NOT NULL)
        """,
    ),
    Invariant(
        "alert_waits",
        "alerts and deliveries that wait for months: was the clock wrong?",
        """
        SELECT id::VARCHAR AS example FROM alerts
        WHERE state IN ('waiting', 'held') AND due > now() + INTERVAL 60 DAY
        UNION ALL
        SELECT message FROM deliveries WHERE state = 'waiting' AND due > now() + INTERVAL 60 DAY
        """,
    ),
    Invariant(
        "delivery_state",
        "deliveries in no state, or of a message that is not there",
        """
        SELECT message AS example FROM deliveries LEFT JOIN messages ON messages.key = message
        WHERE messages.key IS NULL OR state NOT IN ('waiting', 'sent', 'dead')
            OR (state = 'waiting') <> (ended_at IS NULL)
        """,
    ),
)

INVARIANTS = (*KEYS, *ARTICLES, *DERIVED, *SUMMARIES, *QUEUES, *LEDGER)
