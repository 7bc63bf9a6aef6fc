"""The pages under load: 50 requests a second for a minute, the service running and gathering.

`python -m bench.pages [EVENTS]`, a million unless told. First one address of each kind of page for itself, as wrk asks.
Then as readers ask: at their own times, whether or not the former ones were answered; what they look at is skewed as in
the news: much is asked for again, about a third only once. All the while the service gathers: every ten seconds it
takes a page from a paper on loopback, which is read, understood and stored. The targets: under 100 ms at the median,
under 250 ms at the 95th percentile, no errors; a page of results under 60 KB as it is sent.
"""

from __future__ import annotations

import asyncio
import functools
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import aiohttp
import yaml

from bench.alert_delay import connect
from bench.store_data import Size, fill
from orewire.config import load_config
from store.connection import open_database
from store.fulltext.index import FullText
from tests.e2e.press import Press, Story, open_press

EVENTS: Final = 1_000_000
RATE: Final = 50
SECONDS: Final = 60
ALONE: Final = 20
_WARM: Final = 20.0
"""Seconds in which a service that was just started reads where projects stand."""
_BROKEN_OFF: Final = 599
"""Told for a connection that the service ended."""
_EACH: Final = 10.0
"""Seconds between pages of the paper."""
_STORIES: Final = 100
"""As many as will do until all is measured."""
_COUNTRIES = (
    "CL",
    "PE",
    "AU",
    "ID",
    "CD",
    "CN",
    "US",
    "CA",
    "BR",
    "ZA",
    "RS",
    "AR",
    "MX",
    "PH",
    "ZM",
    "GN",
    "KZ",
    "MN",
)
_MINERALS = ("copper", "lithium", "gold", "nickel", "cobalt", "iron ore", "coal", "zinc", "uranium", "graphite", "tin")
_TYPES = ("protest", "permit_granted", "permit_denied", "lawsuit", "strike", "trade_deal", "acquisition", "production")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    kind: str
    status: int
    milliseconds: float
    size: int


def main() -> None:
    """Print how long each kind of page took."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory(prefix="orewire-bench-") as folder, open_press() as press:
        _print(press, _size(events).end)
        config = _write_config(Path(folder), press)
        _fill(load_config(config).store, events)
        alone, mixed = asyncio.run(_measure(config, events))
    print(f"one address at a time, {RATE} a second for {ALONE} s each")
    _report(alone)
    print(f"as readers ask, {RATE} a second for {SECONDS} s")
    _report(mixed)


def _write_config(folder: Path, press: Press) -> Path:
    document = {
        "store": str(folder / "s.duckdb"),
        "service": {"port": 0},
        "workers": 1,
        "gather": {"host_delay": _EACH, "allow_hosts": [press.url.split("/")[2]]},
        "feeds": [{"name": "paper", "url": press.feed("paper")}],
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def _fill(path: Path, events: int) -> None:
    with closing(open_database(path)) as connection:
        fill(connection, _size(events))
    with closing(open_database(path)) as connection, closing(FullText(connection)) as fulltext:
        fulltext.rebuild(connection)


def _size(events: int) -> Size:
    return Size(events=events, texts=min(200_000, events // 5))


async def _measure(config: Path, events: int) -> tuple[list[Answer], list[Answer]]:
    """Each page for itself, and all as readers ask."""
    command = [sys.executable, "-m", "orewire.cli", "serve", "--config", str(config)]
    service = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    try:
        client = await connect(load_config(config).store)
        chosen = _addresses(random.Random(7), events)
        async with aiohttp.ClientSession(client.base_url, connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.sleep(_WARM)
            alone = [
                answer
                for one in _each_once(chosen)
                for answer in await _load(session, functools.partial(_same, one), ALONE)
            ]
            mixed = await _load(session, chosen, SECONDS)
        return alone, mixed
    finally:
        service.send_signal(signal.SIGTERM)
        await service.wait()


def _print(press: Press, end: date) -> None:
    """News that go on where the store ends."""
    today = format_datetime(datetime.combine(end, datetime.min.time(), UTC))
    for number in range(_STORIES):
        text = f"Residents blocked the road to copper mine number {number} in Peru on Thursday, the police said."
        press.print("paper", Story(slug=str(number), title=f"Blockade at copper mine {number}", text=text, date=today))


Chosen = Callable[[], tuple[str, str]]


def _addresses(rng: random.Random, events: int) -> Chosen:
    def choose() -> tuple[str, str]:
        kind = rng.choices(list(_KINDS), weights=[weight for weight, _ in _KINDS.values()])[0]
        return kind, _KINDS[kind][1](rng, events)

    return choose


def _skewed(rng: random.Random, values: tuple[str, ...]) -> str:
    return values[min(int(rng.paretovariate(1.1)) - 1, len(values) - 1)]


def _search(rng: random.Random, _: int) -> str:
    asked = {"country": _skewed(rng, _COUNTRIES), "mineral": _skewed(rng, _MINERALS), "type": _skewed(rng, _TYPES)}
    return "/search?" + "&".join(
        f"{name}={asked[name].replace(' ', '%20')}" for name in sorted(rng.sample(list(asked), 2))
    )


_KINDS: Final[dict[str, tuple[int, Callable[[random.Random, int], str]]]] = {
    "overview": (10, lambda rng, events: "/"),
    "search": (30, _search),
    "search by words": (5, lambda rng, events: f"/search?text={_skewed(rng, _MINERALS).replace(' ', '%20')}"),
    "event": (25, lambda rng, events: f"/events/{max(1, events - int(rng.paretovariate(0.4)))}"),
    "project": (5, lambda rng, events: f"/projects/{int(rng.paretovariate(1.1)) % 400 + 1}"),
    "projects": (3, lambda rng, events: f"/projects?country={_skewed(rng, _COUNTRIES)}"),
    "country": (6, lambda rng, events: f"/countries/{_skewed(rng, _COUNTRIES)}"),
    "mineral": (6, lambda rng, events: f"/minerals/{_skewed(rng, _MINERALS).replace(' ', '%20')}"),
    "trends": (3, lambda rng, events: f"/trends?mineral={_skewed(rng, _MINERALS).replace(' ', '%20')}"),
    "map": (2, lambda rng, events: f"/map?mineral={_skewed(rng, _MINERALS).replace(' ', '%20')}"),
    "story": (2, lambda rng, events: f"/stories/{rng.randrange(1, events // 2)}"),
    "health": (1, lambda rng, events: "/health"),
    "about": (1, lambda rng, events: "/about"),
    "codebook": (1, lambda rng, events: "/codebook"),
}
"""How often each kind of page is asked for, and how an address of it is made."""


def _each_once(choose: Chosen) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    while len(found) < len(_KINDS):
        kind, address = choose()
        found.setdefault(kind, address)
    return list(found.items())


def _same(one: tuple[str, str]) -> tuple[str, str]:
    return one


async def _load(session: aiohttp.ClientSession, choose: Chosen, seconds: int) -> list[Answer]:
    asked = []
    started = time.perf_counter()
    for number in range(RATE * seconds):
        await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        asked.append(asyncio.create_task(_ask(session, *choose())))
    return list(await asyncio.gather(*asked))


async def _ask(session: aiohttp.ClientSession, kind: str, address: str) -> Answer:
    started = time.perf_counter()
    status, size = _BROKEN_OFF, 0
    with suppress(aiohttp.ClientError):
        async with session.get(address, allow_redirects=False, auto_decompress=False) as response:
            status, size = response.status, len(await response.read())
    return Answer(kind, status, (time.perf_counter() - started) * 1000, size)


def _report(answers: list[Answer]) -> None:
    by_kind: defaultdict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        by_kind[one.kind].append(one)
    print(f"{'page':16} {'asked':>6} {'median ms':>10} {'95 % ms':>8} {'most ms':>8} {'KB sent':>8} {'errors':>7}")
    for kind, of_kind in [*by_kind.items(), ("all", answers)]:
        times = sorted(one.milliseconds for one in of_kind)
        late = times[min(len(times) - 1, int(len(times) * 0.95))]
        errors = sum(1 for one in of_kind if one.status >= 400 and not (one.status == 404 and one.kind == "story"))
        size = max(one.size for one in of_kind) / 1000
        print(
            f"{kind:16} {len(of_kind):6} {statistics.median(times):10.1f} {late:8.1f} {times[-1]:8.1f}"
            f" {size:8.1f} {errors:7}"
        )


if __name__ == "__main__":
    main()
