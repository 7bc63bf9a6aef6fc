"""Text and metadata of pages: quality and pages a second on one core, beside three other extractors.

`python -m bench.extraction [PAGES_FOLDER]`; the folder holds `*.html.gz` and `ground-truth.json` of Scrapinghub's
article-extraction-benchmark, whose way of scoring this is: shingles of four tokens, precision and recall of each page
averaged, F1 of the averages. Each page goes to all extractors, one after the other, so that they share whatever else
the machine does; what is counted is processor time.
"""

from __future__ import annotations

import gzip
import importlib
import json
import logging
import re
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.extract import extract_page
from orewire.model.errors import ExtractError

_FOLDER: Final = "../shared/data/pages"
_ROUNDS: Final = 5
_SHINGLE: Final = 4
_TOKEN: Final = re.compile(r"\w+")
_OURS, _PEER = "orewire", "trafilatura"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page as it came and, for the peers, already decoded; `gold` is the text of its article."""

    url: str
    body: bytes
    html: str
    gold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an extractor made of a page; no text where it crashed."""

    text: str
    seconds: float
    crashed: bool


Extractor = Callable[[Sample], str]


def main(arguments: Sequence[str]) -> None:
    """Print a line for each extractor, then how many times as fast as the peer orewire is."""
    folder = Path(arguments[0] if arguments else _FOLDER)
    if not (folder / "ground-truth.json").is_file():
        _print(f"no ground-truth.json in {folder}: nothing to measure")
        return
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    samples = read_samples(folder)
    extractors = _load_extractors()
    _print(f"{len(samples)} pages on one core, text and metadata, median of {_ROUNDS} rounds")
    rounds = [_run(extractors, samples) for _ in range(_ROUNDS)]
    for name in extractors:
        _print(_line(name, samples, [outcomes[name] for outcomes in rounds]))
    ratio = statistics.median(_seconds(outcomes[_PEER]) / _seconds(outcomes[_OURS]) for outcomes in rounds)
    _print(f"orewire is {ratio:.2f} times as fast as {_PEER}")


def read_samples(folder: Path) -> list[Sample]:
    """The pages of the folder that have a gold text."""
    gold = json.loads((folder / "ground-truth.json").read_bytes())
    samples = []
    for name, told in sorted(gold.items()):
        body = gzip.decompress((folder / f"{name}.html.gz").read_bytes())
        html = body.decode("utf-8", "replace")
        samples.append(Sample(url=told["url"], body=body, html=html, gold=told["articleBody"]))
    return samples


def _load_extractors() -> dict[str, Extractor]:
    sys.path.append(str(Path(sys.prefix) / "peers"))  # last, so that ours is what is pinned
    extractors = {_OURS: _orewire, _PEER: _trafilatura()}
    for package, module, load in (
        ("newspaper4k", "newspaper", _newspaper),
        ("readability-lxml", "readability", _readability),
    ):
        try:
            extractors[package] = load(module)
        except ImportError:
            _print(f"{package} is not installed and is left out: `make bench` installs it")
    return extractors


def _orewire(sample: Sample) -> str:
    try:
        return extract_page(sample.body, url=sample.url).text
    except ExtractError:  # a verdict: the page has no article
        return ""


def _trafilatura() -> Extractor:
    from trafilatura import bare_extraction

    def extract(sample: Sample) -> str:
        page = bare_extraction(sample.html, url=sample.url, with_metadata=True, include_comments=False)
        return getattr(page, "text", None) or ""

    return extract


def _newspaper(module: str) -> Extractor:
    newspaper = importlib.import_module(module)

    def extract(sample: Sample) -> str:
        # Without fetch_images=False it would ask the network for each image.
        return str(newspaper.article(sample.url, input_html=sample.html, fetch_images=False).text)

    return extract


def _readability(module: str) -> Extractor:
    readability = importlib.import_module(module)
    from lxml.html import fromstring

    def extract(sample: Sample) -> str:
        document = readability.Document(sample.html, url=sample.url)
        document.title()
        return " ".join(fromstring(document.summary(html_partial=True)).itertext())

    return extract


def _run(extractors: dict[str, Extractor], samples: list[Sample]) -> dict[str, list[Outcome]]:
    outcomes: dict[str, list[Outcome]] = {name: [] for name in extractors}
    for sample in samples:
        for name, extract in extractors.items():
            outcomes[name].append(_timed(extract, sample))
    return outcomes


def _timed(extract: Extractor, sample: Sample) -> Outcome:
    text, crashed = "", False
    started = time.process_time()
    try:
        text = extract(sample)
    except Exception:  # noqa: BLE001  crashes of others are what is counted
        crashed = True
    return Outcome(text=text, seconds=time.process_time() - started, crashed=crashed)


def _line(name: str, samples: list[Sample], rounds: list[list[Outcome]]) -> str:
    precision, recall, f1 = score([(s.gold, o.text) for s, o in zip(samples, rounds[-1], strict=True)])
    rate = statistics.median(len(samples) / _seconds(outcomes) for outcomes in rounds)
    crashes = sum(outcome.crashed for outcome in rounds[-1])
    figures = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  {rate:6.1f} pages a second"
    return f"  {name:<17} {figures}  {crashes} crashes"


def _seconds(outcomes: list[Outcome]) -> float:
    return sum(outcome.seconds for outcome in outcomes)


def score(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs of gold and extracted text; without a text there is no precision to average."""
    precisions, recalls = [], []
    for gold, text in pairs:
        expected, found = _shingles(gold), _shingles(text)
        shared = (expected & found).total()
        if found:
            precisions.append(shared / found.total())
        if expected:
            recalls.append(shared / expected.total())
    precision, recall = statistics.fmean(precisions or [0]), statistics.fmean(recalls or [0])
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    count = max(1, len(tokens) - _SHINGLE + 1) if tokens else 0
    return Counter(tuple(tokens[place : place + _SHINGLE]) for place in range(count))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
