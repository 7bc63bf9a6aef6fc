"""`make labels`: what the labelled texts are worth: faults, duplicates, near-duplicates, and balance."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.text import fold
from nlp.training.labelled import LabelledArticle, LabelledSentence, read_articles, read_sentences
from orewire.model.codes import BASES, EVENT_TYPES, HOLDER_CLASSES, LANGUAGES, POLARITIES, SALIENCES, STATUSES

NEAR = 0.8
"""Cosine of letter runs from which two texts are near-duplicates."""
_CODES = {
    "type": EVENT_TYPES, "status": STATUSES, "salience": SALIENCES,
    "holder_class": HOLDER_CLASSES, "polarity": POLARITIES, "basis": BASES,
}  # fmt: skip

Labelled = LabelledSentence | LabelledArticle


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of one language that are nearly the same and are not meant to be."""

    one: str
    other: str
    likeness: float


def find_faults(labelled: Iterable[Labelled]) -> Iterator[str]:
    """What contradicts the codebook or the text itself."""
    seen: set[str] = set()
    for one in labelled:
        if one.id in seen:
            yield f"{one.id}: the id stands twice"
        seen.add(one.id)
        if one.lang not in LANGUAGES:
            yield f"{one.id}: unknown language {one.lang}"
        for record in (*one.events, *one.stances):
            yield from (f"{one.id}: {fault}" for fault in _faults(record, one))


def _faults(record: dict[str, Any], one: Labelled) -> Iterator[str]:
    for name, allowed in _CODES.items():
        if name in record and record[name] not in allowed:
            yield f"unknown {name} {record[name]!r}"
    if isinstance(one, LabelledSentence):
        if (who := record.get("actor") or record.get("holder")) and not _named(who, one):
            yield f"{who!r} is not in the text"
    elif record["evidence"] not in (
        one.title if record["start"] is None else one.text[record["start"] : record["end"]]
    ):
        yield f"no such evidence: {record['evidence'][:60]!r}"


def _named(who: str, one: LabelledSentence) -> bool:
    """As written in the sentence or in its context, but for the capital that begins a sentence."""
    context = f"{one.title}\n{one.before}\n{one.text}"
    return who in context or who.removeprefix("The ").lower() in context.lower()


def find_near_duplicates(sentences: Sequence[LabelledSentence], *, least: float = NEAR) -> list[Pair]:
    """Pairs of different families, the most alike first. Twins of one family differ by a word on purpose."""
    pairs = [pair for lang in LANGUAGES for pair in _alike([one for one in sentences if one.lang == lang], least)]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.one))


def _alike(sentences: Sequence[LabelledSentence], least: float) -> Iterator[Pair]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(sentences) < 2:
        return
    rows = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)).fit_transform(fold(one.text) for one in sentences)
    products = (rows @ rows.T).tocoo()
    for first, second, likeness in zip(products.row, products.col, products.data, strict=True):
        if first < second and likeness >= least and sentences[first].family != sentences[second].family:
            yield Pair(sentences[first].id, sentences[second].id, round(float(likeness), 2))


def count_balance(labelled: Sequence[Labelled]) -> dict[str, Counter[str]]:
    """How many of each language, type by status and salience, stance by class and polarity; and how many of nothing."""
    events = [event for one in labelled for event in one.events]
    stances = [stance for one in labelled for stance in one.stances]
    return {
        "language": Counter(one.lang for one in labelled),
        "voice": Counter(one.voice if isinstance(one, LabelledSentence) else one.genre for one in labelled),
        "told": Counter(
            "an event" if one.events else "a stance only" if one.stances else "nothing" for one in labelled
        ),
        "type": Counter(event["type"] for event in events),
        "status": Counter(f"{event['type']} {event['status']}" for event in events),
        "salience": Counter(f"{event['type']} {event['salience']}" for event in events),
        "stance": Counter(f"{stance['holder_class']} {stance['polarity']}" for stance in stances),
    }


def main() -> None:
    """Print the report; exit status 1 where a label is faulty or a text stands twice."""
    sentences, articles = read_sentences(), read_articles()
    faults = [*find_faults(sentences), *find_faults(articles)]
    pairs = find_near_duplicates(sentences)
    for name, labelled in (("sentences", sentences), ("articles", articles)):
        _print(f"\n{len(labelled)} {name}")
        for title, counts in count_balance(labelled).items():
            _print(f"  {title}: " + ", ".join(f"{key} {count}" for key, count in counts.most_common()))
    _print(f"\n{len(pairs)} near-duplicates (cosine of letter runs from {NEAR})")
    for pair in pairs[:20]:
        _print(f"  {pair.likeness:.2f} {pair.one} {pair.other}")
    _print(f"\n{len(faults)} faults")
    for fault in faults:
        _print(f"  {fault}")
    sys.exit(bool(faults) or any(pair.likeness >= 1 for pair in pairs))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
