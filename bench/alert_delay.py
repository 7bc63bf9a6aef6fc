"""How long after an event is stored its mail is handed over, by a running service: `python -m bench.alert_delay`.

The target: under 5 s. A paper on loopback prints one story after the other, and the service is asked for a round each
time. An event counts as stored when the API first answers with it; the mail server is a real one.
"""

from __future__ import annotations

import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from orewire.config import load_config
from orewire.model.event import Filters
from orewire.service import find_service
from orewire.web.client import ServiceClient
from tests.e2e.press import Press, Story, open_press
from tests.orewire.alerts.channels.smtp import Mailbox, open_mailbox

PLACES = (
    ("lithium", "Chile"), ("cobalt", "Zambia"), ("nickel", "Indonesia"), ("copper", "Peru"), ("gold", "Ghana"),
    ("graphite", "Mozambique"), ("uranium", "Namibia"), ("tin", "Bolivia"), ("zinc", "Ireland"), ("bauxite", "Guinea"),
)  # fmt: skip
ASKED = Filters(type=("protest",))
_TRIES = 3_000
_REST = 0.02


async def main() -> None:
    """Print the delays."""
    with tempfile.TemporaryDirectory() as folder, open_press() as press:
        async with open_mailbox("none") as mailbox:
            delays = await measure(write_config(Path(folder), press, mailbox), press, mailbox)
    longest, usual = max(delays), statistics.median(delays)
    print(f"{len(delays)} events: {usual:.2f} s from stored to handed over, at most {longest:.2f} s")


def write_config(folder: Path, press: Press, mailbox: Mailbox) -> Path:
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "a@example.org"}
    document = {
        "service": {"port": 0},
        "workers": 1,
        "gather": {"host_delay": 0, "pages": False, "allow_hosts": [press.url.split("/")[2]]},
        "mail": {**mail, "allow_private": True},
        "channels": [{"name": "desk", "kind": "mail", "to": "desk@example.org"}],
        "watches": [{"name": "all", "channels": ["desk"], "type": list(ASKED.type)}],
        "feeds": [{"name": "paper", "url": press.feed("paper")}],
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


async def measure(config: Path, press: Press, mailbox: Mailbox) -> list[float]:
    """Seconds for each story."""
    command = [sys.executable, "-m", "orewire.cli", "serve", "--config", str(config)]
    service = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    try:
        client = await connect(load_config(config).store)
        return [await delay_of(client, press, mailbox, place) for place in PLACES]
    finally:
        service.send_signal(signal.SIGTERM)
        await service.wait()


async def connect(store: Path) -> ServiceClient:
    for _ in range(_TRIES):
        if address := find_service(store):
            return ServiceClient(address.url, address.token)
        await asyncio.sleep(_REST)
    raise SystemExit("the service did not start")


async def delay_of(client: ServiceClient, press: Press, mailbox: Mailbox, place: tuple[str, str]) -> float:
    """Print a story, ask for a round, wait for the event and then for its mail."""
    known, came = await asyncio.to_thread(client.count_events, ASKED), len(mailbox.mails)
    mineral, country = place
    text = f"Residents protested on Thursday against a {mineral} mine in {country}, blocking the road to the site."
    press.print("paper", Story(slug=country, title=f"Residents protest against {mineral} mine in {country}", text=text))
    asked = asyncio.create_task(asyncio.to_thread(client.run_round))
    stored = 0.0
    for _ in range(_TRIES):
        if not stored and await asyncio.to_thread(client.count_events, ASKED) > known:
            stored = time.perf_counter()
        if len(mailbox.mails) > came:
            delay = time.perf_counter() - (stored or time.perf_counter())
            await asked
            return delay
        await asyncio.sleep(_REST)
    raise SystemExit("no mail came")


if __name__ == "__main__":
    asyncio.run(main())
