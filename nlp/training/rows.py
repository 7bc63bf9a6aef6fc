"""Labelled texts as rows to learn from: one for each labelled sentence, and for each sentence of each article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from nlp.codebook import event_types
from nlp.document import Reading, Sentence
from nlp.features import HEADLINE, place_of, sentence_facts
from nlp.heads import CLASS_HEADS, POLARITY_HEADS, SENTENCE_HEADS
from nlp.pipeline import load_pipeline, start_reading
from nlp.training.labelled import LabelledArticle, LabelledSentence
from orewire.model.codes import EVENT_TYPES

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LAST_COMPONENT = "match"
"""What the heads look at is complete here; what comes behind asks the heads themselves."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as the heads see it. `labels` has one number for each of SENTENCE_HEADS: 1 yes, 0 no, None not known.

    Rows of one `family` (a text and its near-twins, an article) are never parted between training and testing.
    """

    text: str
    facts: dict[str, float]
    labels: tuple[int | None, ...]
    family: str


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """A labelled article after the lexicons have read it; `rows` are those of its sentences, in order."""

    label: LabelledArticle
    doc: Doc
    rows: tuple[Row, ...]

    @property
    def reading(self) -> Reading:
        """What the components have written."""
        reading: Reading = self.doc._.reading
        return reading


def read_lexicons(lang: str, title: str, text: str, *, published: date | None = None) -> Doc:
    """The Doc of an article, read by the components that come before the heads."""
    language, reader = load_pipeline(lang)
    doc = start_reading(language, reader.lang, title, text, published=published)
    for name, component in language.pipeline:
        doc = component(doc)
        if name == f"orewire_{_LAST_COMPONENT}_{reader.lang}":
            break
    return doc


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A labelled sentence, read by the lexicons in its context; `sentences` are those of the labelled text."""

    label: LabelledSentence
    doc: Doc
    sentences: tuple[Sentence, ...]
    row: Row


def read_sentence(label: LabelledSentence) -> ReadSentence:
    """The labelled sentence with its row, read behind its title and the sentence before it."""
    doc = read_lexicons(label.lang, label.title, "\n".join(filter(None, (label.before, label.text))))
    reading: Reading = doc._.reading
    begin = len(doc.text) - len(label.text)
    sentences = tuple(one for one in reading.sentences if one.end > begin)
    facts: dict[str, float] = {}
    for sentence in sentences:
        for name, value in sentence_facts(sentence, reading, label.place).items():
            facts[name] = max(value, facts.get(name, 0.0))
    row = Row(label.text, facts, _labels(label.events, label.stances), label.family)
    return ReadSentence(label, doc, sentences, row)


def read_examples() -> list[ReadSentence]:
    """The codebook's examples and counter-examples: of each it is known whether it tells this one type."""
    return [
        _example(event_type.name, text, told)
        for event_type in event_types()
        for told, texts in ((1, event_type.examples), (0, event_type.counter_examples))
        for text in texts
    ]


def _example(type_: str, text: str, told: int) -> ReadSentence:
    label = LabelledSentence(
        id=f"codebook {type_}", family=f"codebook {type_}", lang="en", place=HEADLINE, voice="codebook",
        title="", before="", text=text, events=(), stances=(),
    )  # fmt: skip
    read = read_sentence(label)
    known = tuple(told if name == type_ else None for name in SENTENCE_HEADS)
    return replace(read, row=replace(read.row, labels=known))


def read_reviewed(record: Mapping[str, Any]) -> list[ReadSentence]:
    """The sentences of a corrected article of which a person said that they tell a type of event, or do not."""
    doc = read_lexicons(record["lang"], record["title"], record["text"])
    reading: Reading = doc._.reading
    told = [(one, 1) for one in record["events"] if one["reviewed"]] + [(one, 0) for one in record["rejected"]]
    return [
        _reviewed(record, doc, sentence, known) for sentence in reading.sentences if (known := _known(sentence, told))
    ]


def _known(sentence: Sentence, told: Sequence[tuple[Mapping[str, Any], int]]) -> dict[str, int]:
    """What was said of a sentence, by head; what is right of it wins over what is not."""
    here = [(event, value) for event, value in told if proves(sentence, event["evidence"])]
    known = {event["type"]: value for event, value in sorted(here, key=lambda one: one[1])}
    events = [event for event, value in here if value]
    shares = {
        "prospective": _share(event["status"] == "prospective" for event in events),
        "background": _share(event["salience"] == "background" for event in events),
    }
    return known | {name: value for name, value in shares.items() if value is not None}


def _reviewed(record: Mapping[str, Any], doc: Doc, sentence: Sentence, known: Mapping[str, int]) -> ReadSentence:
    reading: Reading = doc._.reading
    place = place_of(sentence, reading)
    label = LabelledSentence(
        id=f"{record['id']} {sentence.start}", family=f"article {record['id']}", lang=record["lang"], place=place,
        voice="correction", title=record["title"], before="", text=sentence.text, events=(), stances=(),
    )  # fmt: skip
    labels = tuple(known.get(name) for name in SENTENCE_HEADS)
    row = Row(sentence.text, sentence_facts(sentence, reading, place), labels, label.family)
    return ReadSentence(label, doc, (sentence,), row)


def _labels(events: Sequence[dict[str, str]], stances: Sequence[dict[str, str]]) -> tuple[int | None, ...]:
    types = {event["type"] for event in events}
    polarities = {stance["polarity"] for stance in stances}
    values: dict[str, int | None] = {name: int(name in types) for name in EVENT_TYPES}
    values["prospective"] = _share(event["status"] == "prospective" for event in events)
    values["background"] = _share(event["salience"] == "background" for event in events)
    values.update({head: int(polarity in polarities) for polarity, head in POLARITY_HEADS.items()})
    classes = {stance["holder_class"] for stance in stances}
    values.update({head: int(name in classes) if classes else None for name, head in CLASS_HEADS.items()})
    return tuple(values[name] for name in SENTENCE_HEADS)


def _share(answers: Iterable[bool]) -> int | None:
    """1 or 0 where all agree; not known where they differ or there are none."""
    found = set(answers)
    return int(found.pop()) if len(found) == 1 else None


def read_article(label: LabelledArticle) -> ReadArticle:
    """The article with the rows of its sentences.

    A sentence that is no evidence may still tell the article's events again: of these types nothing is known of it.
    """
    doc = read_lexicons(label.lang, label.title, label.text, published=label.published)
    reading: Reading = doc._.reading
    rows = tuple(_article_row(sentence, reading, label) for sentence in reading.sentences)
    return ReadArticle(label, doc, rows)


def _article_row(sentence: Sentence, reading: Reading, label: LabelledArticle) -> Row:
    events = [event for event in label.events if proves(sentence, event["evidence"])]
    stances = [stance for stance in label.stances if proves(sentence, stance["evidence"])]
    elsewhere = {event["type"] for event in label.events} - {event["type"] for event in events}
    reported = {POLARITY_HEADS[stance["polarity"]] for stance in label.stances if stance not in stances}
    known = zip(SENTENCE_HEADS, _labels(events, stances), strict=True)
    labels = tuple(None if name in elsewhere | reported and value == 0 else value for name, value in known)
    facts = sentence_facts(sentence, reading, place_of(sentence, reading))
    return Row(sentence.text, facts, labels, f"article {label.id}")


def proves(sentence: Sentence, evidence: str) -> bool:
    """Whether the labelled evidence is this sentence, or a part of it, or holds it."""
    return evidence in sentence.text or sentence.text in evidence
