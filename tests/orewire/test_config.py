"""Every mistake in config.yaml is told with file, line, key, what was found and what was expected."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.config import append_feeds, load_config
from orewire.model.errors import ConfigError, UsageError
from orewire.model.watch import Quiet
from orewire.sections import ServiceConfig, WatchConfig
from store.fulltext.query import parse_query

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_bytes(text.encode())
    return path


def test_shipped_file_is_valid() -> None:
    """What we ship loads, with feeds and watches."""
    config = load_config(ROOT / "config.yaml")
    assert len(config.feed_specs()) > 50
    assert config.watches


def test_shipped_list_spans_the_world() -> None:
    """The feeds come in many languages and from many countries."""
    feeds = load_config(ROOT / "config.yaml").feeds
    assert len({feed.lang for feed in feeds}) >= 6
    assert len({feed.country for feed in feeds}) >= 20


@pytest.mark.parametrize(
    ("text", "line", "key", "found", "expected"),
    [
        ("workers: many\n", 1, "workers", "'many'", "valid integer"),
        ("store: a.db\n\nspeed: 3\n", 3, "speed", "unknown key", "documented keys"),
        ("gather:\n  timeout: -1\n", 2, "gather.timeout", "-1", "greater than 0"),
        ("feeds:\n  - name: A\n    url: ftp://x\n", 3, "feeds[0].url", "'ftp://x'", "begins with http"),
        ("feeds:\n  - name: A\n    url: https://[a\n", 3, "feeds[0].url", "'https://[a'", "begins with http"),
        ("feeds:\n  - name: A\n", 2, "feeds[0].url", "nothing", "a value"),
        ("feeds:\n  - {name: N, url: 'http://a', country: NO}\n", 2, "feeds[0].country", "False", "valid string"),
        ("watches:\n  - name: w\n    type: [protests]\n", 3, "watches[0].type[0]", "'protests'", "'protest'"),
        ("watches:\n  - {name: w, kinds: [news]}\n", 2, "watches[0].kinds[0]", "'news'", "'new_opposition'"),
        ("watches:\n  - {name: w, kinds: []}\n", 2, "watches[0].kinds", "[]", "at least 1 item"),
        ("watches:\n  - {name: w, zone: Mars/Olympus}\n", 2, "watches[0].zone", "'Mars/Olympus'", "Europe/Belgrade"),
        ("watches:\n  - {name: w, zone: ../../etc/passwd}\n", 2, "watches[0].zone", "passwd", "Europe/Belgrade"),
        ('watches:\n  - {name: w, zone: "a\\0b"}\n', 2, "watches[0].zone", "b", "Europe/Belgrade"),
        ("watches:\n  - {name: w, zone: Europe}\n", 2, "watches[0].zone", "'Europe'", "Europe/Belgrade"),
        ("watches:\n  - {name: w, zone: ''}\n", 2, "watches[0].zone", "''", "Europe/Belgrade"),
        ("watches:\n  - {name: w, quiet: 22-7}\n", 2, "watches[0].quiet", "'22-7'", "22:00-07:00"),
        ("watches:\n  - {name: w, quiet: '22:00-24:00'}\n", 2, "watches[0].quiet", "24:00", "22:00-07:00"),
        ("watches:\n  - {name: w, batch: 1441}\n", 2, "watches[0].batch", "1441", "1440"),
        ("watches:\n  - {name: w, daily_cap: 0}\n", 2, "watches[0].daily_cap", "0", "1"),
        ("watches:\n  - {name: w, lang: de}\n", 2, "watches[0].lang", "'de'", "'en'"),
        ("watches:\n  - {name: w, min_confidence: .nan}\n", 2, "watches[0].min_confidence", "nan", "equal to 1"),
        ("watches:\n  - {name: w, channels: [desk]}\n", 2, "watches[0].channels[0]", "'desk'", "there are none"),
        ("watches:\n  - {name: w}\n  - {name: w}\n", 3, "watches[1].name", "'w' again", "once"),
        ("watches:\n  - {name: w, since: 2025-01-02, until: 2025-01-01}\n", 2, "watches[0]", "w", "until after since"),
        ("digests:\n  - {name: d, channels: []}\n", 2, "digests[0].channels", "[]", "at least 1 item"),
        (
            "channels:\n  - {name: a, kind: file, path: x}\ndigests:\n  - {name: d, channels: [a], at: 7:00}\n",
            4,
            "digests[0].at",
            "420",
            "valid string",
        ),
        ("channels:\n  - {name: a, kind: mail, to: a@b.org}\n", 2, "channels[0].kind", "'mail'", "section `mail`"),
        ("channels:\n  - {name: a, kind: mail}\nmail: {host: h, sender: a@b.org}\n", 2, "channels[0]", "a", "to, as"),
        ("channels:\n  - {name: a, kind: ntfy}\n", 2, "channels[0]", "a", "topic, as"),
        ("channels:\n  - {name: a b, kind: json}\n", 2, "channels[0].name", "'a b'", "letters"),
        (
            "channels:\n  - {name: a-b, kind: json}\n  - {name: A_b, kind: json}\n",
            3,
            "channels[1].name",
            "'A_b'",
            "'a-b'",
        ),
        ("mail: {host: h, sender: a@b.org, password: x}\n", 1, "mail.password", "unknown key", "documented keys"),
        ("mail: {host: h, sender: a@b.org, port: 0}\n", 1, "mail.port", "0", "1"),
        ("service:\n  host: all of them\n", 2, "service.host", "'all of them'", "127.0.0.1"),
        ("service:\n  public_url: ore.example.org\n", 2, "service.public_url", "'ore.example.org'", "https://"),
        ("service:\n  trusted_proxies: ['*']\n", 2, "service.trusted_proxies[0]", "'*'", "10.0.0.0/8"),
        ("service:\n  login: never\n", 2, "service.login", "'never'", "'auto'"),
        ("service:\n  rate: 100\n", 2, "service.rate", "100", "valid string"),
        ("service:\n  rate: 0/minute\n", 2, "service.rate", "'0/minute'", "6000/minute"),
        ("feeds: [\n", 2, "(file)", "expected the node content", "YAML"),
        ("- a\n- b\n", None, "(file)", "list", "keys and values"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int | None, key: str, found: str, expected: str) -> None:
    """One mistake, one problem, at its place."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    (problem,) = caught.value.problems
    assert (line, key) == (problem.line, problem.key)
    assert found in problem.found
    assert expected in problem.expected
    assert str(path) in str(caught.value)


def test_what_a_watch_says(tmp_path: Path) -> None:
    """Becomes the watch, and the same settings as JSON make the same watch again."""
    text = """
channels: [{name: log, kind: file, path: out/log.jsonl}]
watches:
- {name: w, country: [rs], kinds: [new_opposition], channels: [log], quiet: '22:00-07:00', batch: 15, zone: Asia/Tokyo}
"""
    config = load_config(write(tmp_path, text))
    (told,) = config.watches
    watch = told.watch()
    assert (Quiet(start=time(22), end=time(7)), timedelta(minutes=15), "Asia/Tokyo", ("log",)) == (
        watch.quiet,
        watch.batch,
        watch.zone,
        watch.channels,
    )
    assert watch == WatchConfig.model_validate({"name": "w", **told.settings()}).watch()
    assert tmp_path / "out" / "log.jsonl" == config.channels[0].path


def test_a_list_without_lines(tmp_path: Path) -> None:
    """Where every line of a list is commented out, there is nothing in it."""
    config = load_config(write(tmp_path, "channels:\n# - {name: a}\nwatches:\ndigests:\n"))
    assert ([], [], []) == (config.channels, config.watches, config.digests)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """A user mends the file in one go, not in ten."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, "workers: 0\ngather:\n  at_once: 0\n"))
    assert [1, 3] == [problem.line for problem in caught.value.problems]


def test_feeds_twice(tmp_path: Path) -> None:
    """The same address twice is a mistake: one of the two names would silently win."""
    text = "feeds:\n  - {name: A, url: 'http://a/f'}\n  - {name: B, url: 'http://a/f'}\n"
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text))
    assert 3 == caught.value.problems[0].line


def test_missing_file(tmp_path: Path) -> None:
    """No file is told as such."""
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        load_config(tmp_path / "nowhere.yaml")


def test_paths_belong_to_the_file(tmp_path: Path) -> None:
    """Relative paths do not depend on where the command is called."""
    assert tmp_path / "x" / "s.duckdb" == load_config(write(tmp_path, "store: x/s.duckdb\n")).store


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.text())
def test_any_text_loads_or_is_told(tmp_path: Path, text: str) -> None:
    """Noise is a ConfigError, never a traceback."""
    path = tmp_path / "config.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_config(path)
    except ConfigError as error:
        assert error.problems


def test_unknown_kind(tmp_path: Path) -> None:
    """A kind of source that no reader knows is told with those that there are."""
    path = write(tmp_path, "feeds:\n  - {name: A, url: 'http://a', kind: telepathy}\n")
    with pytest.raises(ConfigError, match=r"feeds\[0\].kind: found 'telepathy', expected one of feed, gdelt"):
        load_config(path, kinds=("feed", "gdelt"))


def test_words_that_cannot_be_asked_for(tmp_path: Path) -> None:
    """A watch whose query is broken is told at the start, with its line, not at the end of a round."""
    path = write(tmp_path, "watches:\n- name: A\n  text: jadar OR\n")
    with pytest.raises(
        ConfigError, match=r":3: watches\[0\].text: found 'jadar OR', expected a query .*nothing at its end"
    ):
        load_config(path, check_text=parse_query)


@pytest.mark.parametrize(
    "text",
    [
        "feeds:\n  - {name: A, url: 'http://a'}  # kept\n\n# the end\n",
        "feeds:\n- name: A\n  url: http://a\n# kept\nworkers: 1\n",
        "feeds:\n    - name: A\n      url: http://a",
        "workers: 1\n# kept\n",
        "feeds: []  # kept\n",
        "feeds:\n# kept\nworkers: 1\n",
        "workers: 1\r\nfeeds:\r\n  - {name: A, url: 'http://a'}\r\n",
        "feeds:\n  - name: A\n    url: http://a\n    purpose: |\n      many\n      words\n\n# kept\n",
        "",
    ],
)
def test_append_feeds(tmp_path: Path, text: str) -> None:
    """New feeds stand behind those that were there; everything else, comments too, is as it was."""
    path = write(tmp_path, text)
    before = [feed.name for feed in load_config(path).feeds]
    append_feeds(path, ["{name: B, url: 'http://b'}", "{name: C, url: 'http://c'}"], ("feed",))
    assert [*before, "B", "C"] == [feed.name for feed in load_config(path).feeds]
    after = path.read_bytes().decode()
    assert ("# kept" in text, "\r" in text) == ("# kept" in after, "\r\n  - {name: C" in after)
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    ["feeds: [{name: A, url: 'http://a'}]\n", "{workers: 1, feeds: []}\n", "feeds:\n  - {name: B, url: 'http://b'}\n"],
)
def test_append_feeds_or_leave_all_as_it_is(tmp_path: Path, text: str) -> None:
    """Where the outcome would not be valid, or the list stands on one line, nothing is written."""
    path = write(tmp_path, text)
    with pytest.raises((ConfigError, UsageError)):
        append_feeds(path, ["{name: B, url: 'http://b'}"], ("feed",))
    assert (text, [path]) == (path.read_text(encoding="utf-8"), list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("service", "is_shared", "near_host", "hosts"),
    [
        ({}, False, "127.0.0.1", []),
        ({"host": "localhost"}, False, "localhost", []),
        ({"host": "::1"}, False, "[::1]", []),
        ({"host": "127.0.0.2"}, False, "127.0.0.2", ["127.0.0.2"]),
        ({"host": "0.0.0.0"}, True, "127.0.0.1", []),
        ({"host": "::"}, True, "[::1]", []),
        ({"host": "192.0.2.7"}, True, "192.0.2.7", ["192.0.2.7"]),
        ({"host": "mine.example"}, True, "mine.example", ["mine.example"]),
        ({"public_url": "https://Ore.example.org"}, True, "127.0.0.1", ["ore.example.org"]),
        ({"public_url": "http://localhost:9000"}, False, "127.0.0.1", []),
    ],
)
def test_who_can_reach_the_service(service: dict[str, str], is_shared: bool, near_host: str, hosts: list[str]) -> None:
    """By the address at which it answers, and by what browsers call it."""
    found = ServiceConfig.model_validate(service)
    assert (is_shared, near_host, ["127.0.0.1", "localhost", "[::1]", *hosts]) == (
        found.is_shared,
        found.near_host,
        found.hosts,
    )


def test_what_browsers_call_the_service() -> None:
    """Decides by which origin forms come, and whether cookies are for https only."""
    found = ServiceConfig(public_url="https://Ore.example.org/")
    assert ("https://ore.example.org", True) == (found.origin, found.is_https)
    assert (None, False) == (ServiceConfig().origin, ServiceConfig().is_https)
