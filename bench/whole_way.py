"""Articles a second through the whole way on this machine: `make bench`.

The sample newsroom is served on loopback; each run starts from nothing and does one round with two workers. As a peer,
the same pages are fetched one after the other and extracted by plain trafilatura, without understanding or storing.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROUNDS = 3


def one_round(base_url: str) -> tuple[int, float]:
    """Articles and seconds of one `orewire run` from nothing, the start of the process included."""
    from orewire.newsroom.server import feed_list

    from orewire.cli.demo import write_demo_config

    port = int(base_url.rsplit(":", 1)[1])
    with tempfile.TemporaryDirectory() as folder:
        config = write_demo_config(Path(folder), port, feed_list(base_url))
        started = time.perf_counter()
        command = [sys.executable, "-m", "orewire.cli", "run", "-c", str(config)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        return int(done.stdout.split("articles")[1].split("new")[0]), seconds


def peer(urls: list[str]) -> float:
    """Seconds to fetch and extract the pages with trafilatura alone."""
    import trafilatura

    started = time.perf_counter()
    for url in urls:
        with urllib.request.urlopen(url) as response:
            trafilatura.extract(response.read().decode(), favor_precision=True)
    return time.perf_counter() - started


def page_urls(base_url: str) -> list[str]:
    """Addresses of all article pages that the newsroom serves."""
    from orewire.newsroom.render import article_path

    from orewire.newsroom.outlets import load_outlets

    return [base_url + article_path(outlet, item) for outlet in load_outlets() for item in outlet.articles]


def main() -> None:
    from orewire.newsroom.server import serve_newsroom

    with serve_newsroom(0) as base_url:
        urls = page_urls(base_url)
        rounds = [one_round(base_url) for _ in range(ROUNDS)]
        peers = [peer(urls) for _ in range(ROUNDS)]
    seconds = statistics.median(spent for _, spent in rounds)
    figures = {
        "articles": rounds[0][0],
        "seconds, whole way from a cold start": round(seconds, 2),
        "articles a second": round(rounds[0][0] / seconds, 1),
        "pages a second, plain trafilatura": round(len(urls) / statistics.median(peers), 1),
        "largest process, MB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
