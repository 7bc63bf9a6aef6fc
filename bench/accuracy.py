"""How well orewire understands, beside two plain baselines in the same run: docs/accuracy.md (`make accuracy`).

Baselines: `keywords` codes a type where one of the codebook's patterns matches in the title or the lead, and every
mineral and country that is named; `TF-IDF` is word TF-IDF with logistic regression over whole articles, trained on the
same labelled articles as our heads.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.newsroom_labels import newsroom_records
from nlp.evaluate import Evaluation, evaluate, evaluation_to_json
from nlp.training.labelled import FOLDER, read_articles, read_records

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
FIGURES = ("relevance", "minerals", "countries", "types", "type+country", "stance")
Record = dict[str, Any]
Pair = tuple[Record, Record]


def main() -> None:
    """Measure and write the page; the argument is a file of labelled real articles, which may be missing."""
    real = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    held_out = {article.id for article in read_articles() if article.held_out}
    records = list(read_records(FOLDER, "articles-*.jsonl"))
    learned = [record for record in records if record["id"] not in held_out]
    own = [record for record in records if record["id"] in held_out]
    sets = {"held-out articles of the project": own, "sample newsroom": list(newsroom_records())}
    if real and real.is_file():
        sets["real articles (`dev.jsonl`)"] = [json.loads(line) for line in real.open(encoding="utf-8")]
    PAGE.write_text(_page(sets, learned), encoding="utf-8")
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))


def _page(sets: dict[str, list[Record]], learned: Sequence[Record]) -> str:
    systems: dict[str, Callable[[Sequence[Record]], list[Record]]] = {
        "orewire": analyses, "orewire, no encoder": plain_analyses,
        "keywords": keyword_analyses, "TF-IDF": whole_article_model(learned),
    }  # fmt: skip
    parts = [_HEAD]
    for name, records in sets.items():
        pairs = {system: list(zip(records, run(records), strict=True)) for system, run in systems.items()}
        parts += [f"\n## {name[0].upper()}{name[1:]}: {len(records)}\n", _comparison(pairs), _detail(pairs["orewire"])]
        if name.startswith("held-out"):
            parts.append(_confusions(evaluate(pairs["orewire"])))
    parts.append(_groups())
    return "\n".join(parts) + "\n"


_HEAD = """# Accuracy

Written by `make accuracy`; nothing here is edited by hand. Figures are F1, status is accuracy on matched events; how
they are counted stands in `nlp/evaluate.py`. Held-out articles are one in eight of `nlp/training/labelled`, never
trained on; like the sample newsroom they are written for this project. Real articles are used for measuring only:
none of their sentences stands here.
"""


def _groups() -> str:
    """How well reports of one event are brought together: held-out clusters by their labels, all by the analysis."""
    from orewire.cli.understand import analyse_articles
    from store.groups import read_groups, score_groups
    from store.training.fit import GROUPS

    reports = read_groups(sorted(GROUPS.glob("*.jsonl")))
    held_out = [one for one in reports if one.held_out]
    rows = [
        ("held-out clusters, labelled mentions", held_out, {one.article.id: one.analysis for one in held_out}),
        ("all clusters, mentions as analysed", reports, analyse_articles([one.article for one in reports], 2)),
    ]
    lines = [
        "\n## One event of many reports",
        _GROUPS,
        "| B-cubed | reports | precision | recall | F1 |",
        "|---|---|---|---|---|",
    ]
    for name, chosen, told in rows:
        for kind, score in score_groups(chosen, told).items():
            figures = f"{score.precision:.2f} | {score.recall:.2f} | {score.f1:.2f}"
            lines.append(f"| {kind}, {name} | {len(chosen)} | {figures} |")
    return "\n".join(lines)


_GROUPS = """
Reports in clusters of what is told by several and of what only looks like it (`store/training/groups`, written for this
project; one cluster in three is never learned from).
"""


def plain_analyses(records: Sequence[Record]) -> list[Record]:
    """What it says where the encoder is not installed."""
    return analyses(records, start=_hide_encoder)


def _hide_encoder() -> None:
    import nlp.heads

    setattr(nlp.heads, "has_encoder", lambda: False)  # noqa: B010 - not exported, and not ours to offer


def analyses(records: Sequence[Record], *, start: Callable[[], None] | None = None) -> list[Record]:
    """What `orewire analyze` says, in two processes."""
    lines = [
        json.dumps({key: record.get(key) for key in ("id", "title", "text", "date", "lang")}) for record in records
    ]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=start) as executor:
        return list(executor.map(_analysis, lines, chunksize=8))


def _analysis(line: str) -> Record:
    from orewire.cli.understand import analyze_line

    return analyze_line(line.encode())


def keyword_analyses(records: Sequence[Record]) -> list[Record]:
    """Patterns of title and lead, and whatever is named."""
    return [_keywords(record) for record in records]


def _keywords(record: Record) -> Record:
    from nlp.language import detect_language
    from nlp.lexicon import supported
    from nlp.training.rows import read_lexicons

    lang = detect_language(f"{record['title']}\n{record['text']}") or record["lang"]
    if not supported(lang):
        return _told(set(), set(), set(), set())
    reading = read_lexicons(lang, record["title"], record["text"])._.reading
    first = [*reading.title, *reading.lead]
    return _told(
        {name for sentence in first for name in sentence.matches},
        {mineral.key for sentence in reading.sentences for mineral in sentence.minerals},
        {place.key for sentence in reading.sentences for place in sentence.places},
        set(),
    )


def _told(types: set[str], minerals: set[str], countries: set[str], stances: set[tuple[str, str]]) -> Record:
    common = {"status": "actual", "salience": "main", "countries": sorted(countries), "evidence": "", "confidence": 0.5}
    return {
        "relevant": bool(types),
        "minerals": sorted(minerals),
        "countries": sorted(countries),
        "events": [{"type": name, **common} for name in sorted(types)],
        "stances": [{"holder_class": holder_class, "polarity": polarity} for holder_class, polarity in sorted(stances)],
    }


def whole_article_model(learned: Sequence[Record]) -> Callable[[Sequence[Record]], list[Record]]:
    """Word TF-IDF and one logistic regression for each answer that occurs five times."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    rows = vectorizer.fit_transform(map(_whole, learned))
    answers = [sorted(_answers(record)) for record in learned]
    counts: dict[Any, int] = defaultdict(int)
    for answer in (one for several in answers for one in several):
        counts[answer] += 1
    binarizer = MultiLabelBinarizer(classes=sorted(answer for answer, count in counts.items() if count >= 5))
    wanted = binarizer.fit_transform([[one for one in several if counts[one] >= 5] for several in answers])
    model = OneVsRestClassifier(LogisticRegression(C=20, class_weight="balanced")).fit(rows, wanted)

    def run(records: Sequence[Record]) -> list[Record]:
        told = binarizer.inverse_transform(model.predict(vectorizer.transform(map(_whole, records))))
        return [_from_answers(set(answers)) for answers in told]

    return run


def _whole(record: Record) -> str:
    return f"{record['title']}\n{record['text']}"


def _answers(record: Record) -> set[tuple[str, ...]]:
    """Everything that the labels say of an article, as flat answers."""
    return {
        *([("relevant",)] if record["relevant"] else []),
        *(("type", event["type"]) for event in record["events"] if event["salience"] == "main"),
        *(("mineral", name) for name in record["minerals"]),
        *(("country", code) for code in record["countries"]),
        *(("stance", one["holder_class"], one["polarity"]) for one in record["stances"]),
    }


def _from_answers(answers: set[tuple[str, ...]]) -> Record:
    def of(kind: str) -> list[tuple[str, ...]]:
        return [answer[1:] for answer in answers if answer[0] == kind]

    told = _told(
        {name for (name,) in of("type")}, {name for (name,) in of("mineral")}, {code for (code,) in of("country")},
        {(holder_class, polarity) for holder_class, polarity in of("stance")},
    )  # fmt: skip
    return {**told, "relevant": bool(told["events"]) or ("relevant",) in answers}


def _comparison(pairs: dict[str, list[Pair]]) -> str:
    rows = [_row(system, evaluation_to_json(evaluate(found))) for system, found in pairs.items()]
    return _table(("", *FIGURES, "status"), rows)


def _row(name: str, figures: Record) -> list[str]:
    status = "-" if name in ("keywords", "TF-IDF") else f"{figures['status']['accuracy']:.2f}"
    return [name, *(f"{figures.get(one, {}).get('f1', 0):.2f}" for one in FIGURES), status]


def _detail(pairs: list[Pair]) -> str:
    parts = []
    for title, key in (("by language", "lang"), ("by genre", "genre")):
        groups: dict[str, list[Pair]] = defaultdict(list)
        for label, analysis in pairs:
            groups[str(label.get(key) or "")].append((label, analysis))
        large = {name: found for name, found in sorted(groups.items()) if name and len(found) >= 4}
        if len(large) > 1:
            rows = [
                [f"{name} ({len(found)})", *_row("", evaluation_to_json(evaluate(found)))[1:]]
                for name, found in large.items()
            ]
            parts.append(_table((title, *FIGURES, "status"), rows))
    figures = evaluation_to_json(evaluate(pairs))
    rows = [
        [name, str(counts["tp"]), str(counts["fp"]), str(counts["fn"]), f"{counts['f1']:.2f}"]
        for name, counts in figures["by_type"].items()
    ]
    parts.append(_table(("main events", "right", "wrong", "missed", "F1"), rows))
    rows = [[name, str(found["events"]), f"{found['right']:.2f}"] for name, found in figures["reliability"].items()]
    parts.append(_table(("confidence", "events", "share right"), rows))
    return "\n".join(parts)


def _confusions(evaluation: Evaluation) -> str:
    rows = [
        [one["what"], str(one["count"]), one["evidence"].replace("|", "/")[:160]]
        for one in evaluation_to_json(evaluation)["confusions"]
    ]
    return _table(("worst confusions", "times", "for example"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
