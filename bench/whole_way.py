"""Articles a second through the whole way on this machine: `make bench`.

The sample newsroom is served on loopback, once and thrice; each run starts from nothing and does one round with two
workers. The difference between the two runs is the speed once everything is loaded. As a peer in the same run, the
same pages are fetched one after the other and extracted by plain trafilatura, without understanding or storing.
"""

from __future__ import annotations

import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

from orewire.newsroom.outlets import load_outlets
from orewire.newsroom.render import article_path
from orewire.newsroom.server import feed_list, serve_newsroom

ROUNDS, COPIES = 3, 3


def one_round(base_urls: list[str]) -> tuple[int, float]:
    """Articles and seconds of one `orewire run` from nothing, the start of the process included."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(yaml.safe_dump(configuration(base_urls)), encoding="utf-8")
        command = [sys.executable, "-m", "orewire.cli", "run", "-c", str(config)]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        return int(done.stdout.split("articles")[1].split("new")[0]), seconds


def configuration(base_urls: list[str]) -> dict[str, object]:
    """All feeds of these newsrooms; no two feeds may share a name."""
    hosts = [url.removeprefix("http://") for url in base_urls]
    feeds = [
        {"name": f"{feed.name} {number}", "url": feed.url}
        for number, url in enumerate(base_urls)
        for feed in feed_list(url)
    ]
    return {"gather": {"host_delay": 0, "allow_hosts": hosts}, "feeds": feeds}


def peer(urls: list[str]) -> float:
    """Seconds to fetch and extract the pages with trafilatura alone."""
    import trafilatura

    started = time.perf_counter()
    for url in urls:
        with urllib.request.urlopen(url) as response:
            trafilatura.extract(response.read(), favor_precision=True)
    return time.perf_counter() - started


def page_urls(base_url: str) -> list[str]:
    """Addresses of all article pages that the newsroom serves."""
    return [
        base_url + article_path(outlet, item)
        for outlet in load_outlets()
        for item in outlet.articles
        if item.mishap != "dead"
    ]


def main() -> None:
    """Print the medians as JSON."""
    with contextlib.ExitStack() as stack:
        base_urls = [stack.enter_context(serve_newsroom(0)) for _ in range(COPIES)]
        small = [one_round(base_urls[:1]) for _ in range(ROUNDS)]
        large = [one_round(base_urls) for _ in range(ROUNDS)]
        urls = page_urls(base_urls[0])
        peers = [peer(urls) for _ in range(ROUNDS)]
    few, cold = small[0][0], statistics.median(spent for _, spent in small)
    many, longer = large[0][0], statistics.median(spent for _, spent in large)
    figures = {
        "articles, from a cold start": few,
        "seconds, from a cold start": round(cold, 2),
        "articles a second, cold start included": round(few / cold, 1),
        "articles a second, once loaded": round((many - few) / (longer - cold), 1),
        "pages a second, plain trafilatura": round(len(urls) / statistics.median(peers), 1),
        "largest process, MB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
