"""Articles a second that one core understands, beside spaCy's English pipeline alone on the same texts, and memory.

Relevant English articles of nlp/training/labelled, joined in pairs until they have some 500 words; `make bench`.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from nlp.analyzer import analyze
from nlp.language import load_reader
from nlp.training.labelled import read_articles

_WORDS, _ROUNDS, _ARTICLES = 500, 5, 40


def main() -> None:
    """Print medians over the rounds."""
    started = time.perf_counter()
    analyze("0", "Court halts lithium mine in Serbia", "")
    _print(f"first answer after {time.perf_counter() - started:.1f} s (imports of this script not counted)")
    texts = list(_texts())[:_ARTICLES]
    words = statistics.mean(len(f"{title} {text}".split()) for title, text in texts)
    _print(f"{len(texts)} relevant English articles of {words:.0f} words on one core, median of {_ROUNDS} rounds")
    parse = load_reader("en").parse
    ours = _rate(lambda title, text: analyze("1", title, text), texts)
    _print(f"  orewire analyze   {ours:6.1f} articles a second")
    if parse is not None:
        peer = _rate(lambda title, text: parse(f"{title}\n\n{text}"), texts)
        _print(f"  spaCy alone       {peer:6.1f} articles a second; orewire is {ours / peer:.2f} times as fast")
    _print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _texts() -> Iterator[tuple[str, str]]:
    """Titles and texts; short ones are joined, so that the length is that of a news article."""
    title, text = "", ""
    for article in read_articles():
        if article.lang == "en" and article.relevant:
            title, text = title or article.title, f"{text}\n\n{article.text}" if text else article.text
            if len(text.split()) >= _WORDS * 0.8:
                yield title, text
                title, text = "", ""


def _rate(read: Callable[[str, str], object], texts: list[tuple[str, str]]) -> float:
    rates = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        for title, text in texts:
            read(title, text)
        rates.append(len(texts) / (time.perf_counter() - started))
    return statistics.median(rates)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
