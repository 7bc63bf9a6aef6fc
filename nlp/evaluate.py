"""How well the analysis agrees with labels: the figures of `orewire evaluate`.

Scored as the data's README says: types per article as sets, where a predicted main event is right if the labels have
that type with any salience, and recall asks for the labelled main events only; countries and minerals as sets over
relevant articles; stance as the set of (holder class, polarity) per article; status on matched types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Score:
    """Counts of true positives, false positives and false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, predicted: set[Any], wanted: set[Any], allowed: set[Any] | None = None) -> None:
        """Count one article; what is `allowed` but not wanted is right when predicted and no miss when not."""
        self.tp += len(predicted & (wanted | (allowed or set())))
        self.fp += len(predicted - wanted - (allowed or set()))
        self.fn += len(wanted - predicted)

    def figures(self) -> dict[str, float]:
        """Precision, recall, F1 (0 where undefined) and the counts."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            "precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3),
            "tp": self.tp, "fp": self.fp, "fn": self.fn,
        }  # fmt: skip


@dataclass(slots=True)
class Confusion:
    """One thing told wrongly: what, in which article, and the sentence."""

    kind: str
    article: str
    what: str
    evidence: str


@dataclass(slots=True)
class Evaluation:
    """All figures over a labelled set."""

    scores: dict[str, Score] = field(default_factory=dict)
    by_type: dict[str, Score] = field(default_factory=dict)
    status_right: int = 0
    status_all: int = 0
    reliability: dict[int, list[int]] = field(default_factory=dict)
    confusions: list[Confusion] = field(default_factory=list)
    articles: int = 0

    def score(self, name: str) -> Score:
        """The counts of one figure."""
        return self.scores.setdefault(name, Score())


def evaluate(pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> Evaluation:
    """Compare (label, analysis) records, both in the machine-readable form."""
    result = Evaluation()
    for label, analysis in pairs:
        result.articles += 1
        _relevance(result, label, analysis)
        _types(result, label, analysis)
        _stance(result, label, analysis)
        if label["relevant"]:
            result.score("minerals").add(set(analysis["minerals"]), set(label["minerals"]))
            result.score("countries").add(set(analysis["countries"]), set(label["countries"]))
    return result


def _relevance(result: Evaluation, label: dict[str, Any], analysis: dict[str, Any]) -> None:
    told, true = bool(analysis["relevant"]), bool(label["relevant"])
    result.score("relevance").add({1} if told else set(), {1} if true else set())
    if told != true:
        evidence = analysis["events"][0]["evidence"] if told and analysis["events"] else label["title"]
        result.confusions.append(
            Confusion("relevance", label["id"], "should be no" if told else "should be yes", evidence)
        )


def _main(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for event in record["events"] if event["salience"] == "main"]


def _types(result: Evaluation, label: dict[str, Any], analysis: dict[str, Any]) -> None:
    wanted = {event["type"] for event in _main(label)}
    allowed = {event["type"] for event in label["events"]}
    told = {event["type"] for event in _main(analysis)}
    result.score("types").add(told, wanted, allowed)
    for type_ in told | wanted:
        only = {type_}
        result.by_type.setdefault(type_, Score()).add(told & only, wanted & only, allowed & only)
    result.score("type+country").add(
        _with_country(_main(analysis)), _with_country(_main(label)), _with_country(label["events"])
    )
    _status(result, label, analysis)
    _confused_types(result, label, analysis, wanted, allowed)


def _with_country(events: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(event["type"], country) for event in events for country in event["countries"]}


def _status(result: Evaluation, label: dict[str, Any], analysis: dict[str, Any]) -> None:
    labelled: dict[str, set[str]] = {}
    for event in label["events"]:
        labelled.setdefault(event["type"], set()).add(event["status"])
    for event in _main(analysis):
        right = event["type"] in labelled
        bucket = result.reliability.setdefault(min(9, int(event["confidence"] * 10)), [0, 0])
        bucket[0] += right
        bucket[1] += 1
        if right:
            result.status_all += 1
            result.status_right += event["status"] in labelled[event["type"]]


def _confused_types(
    result: Evaluation, label: dict[str, Any], analysis: dict[str, Any], wanted: set[str], allowed: set[str]
) -> None:
    told = {event["type"]: event for event in _main(analysis)}
    for type_, event in told.items():
        if type_ not in wanted | allowed:
            instead = "+".join(sorted(wanted - set(told))) or "nothing"
            result.confusions.append(Confusion("type", label["id"], f"{type_} for {instead}", event["evidence"]))
    for event in _main(label):
        if event["type"] not in told:
            result.confusions.append(
                Confusion("type", label["id"], f"missed {event['type']}", event.get("evidence") or label["title"])
            )


def _stance(result: Evaluation, label: dict[str, Any], analysis: dict[str, Any]) -> None:
    told = {(stance["holder_class"], stance["polarity"]) for stance in analysis["stances"]}
    wanted = {(stance["holder_class"], stance["polarity"]) for stance in label["stances"]}
    result.score("stance").add(told, wanted)


def worst_confusions(result: Evaluation, count: int = 10) -> list[tuple[str, int, Confusion]]:
    """The most frequent confusions, each with how often and one example."""
    counted = Counter((confusion.kind, confusion.what) for confusion in result.confusions)
    examples = {(confusion.kind, confusion.what): confusion for confusion in reversed(result.confusions)}
    return [(what, number, examples[kind, what]) for (kind, what), number in counted.most_common(count)]


def evaluation_to_json(result: Evaluation) -> dict[str, Any]:
    """Every figure, for `--json`."""
    return {
        "articles": result.articles,
        **{name: score.figures() for name, score in result.scores.items()},
        "status": {
            "accuracy": round(result.status_right / result.status_all, 3) if result.status_all else 0.0,
            "matched": result.status_all,
        },
        "by_type": {name: score.figures() for name, score in sorted(result.by_type.items())},
        "reliability": {
            f"{low / 10:.1f}-{(low + 1) / 10:.1f}": {"events": n, "right": round(right / n, 3)}
            for low, (right, n) in sorted(result.reliability.items())
        },
        "confusions": [
            {"what": what, "count": number, "article": example.article, "evidence": example.evidence}
            for what, number, example in worst_confusions(result)
        ],
    }
