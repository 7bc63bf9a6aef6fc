"""Figures and labels for the heads that weigh what the sentence heads read: events, stances, subjects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from nlp.events import POSSIBLE, Group, candidates_by_project
from nlp.heads import Head
from nlp.relevance import relevance_figures
from nlp.standing import stance_candidates
from nlp.subjects import COUNTRY, MINERAL, subject_figures
from nlp.training.fit import Matrix
from nlp.training.rows import ReadArticle
from nlp.weigh import group_figures, setting_of
from nlp.where import places_of, where_figures
from orewire.model.codes import EVENT_TYPES

EVENT_HEADS = ("event", "main")
RELEVANCE_HEADS = ("relevant",)
STANCE_HEADS = ("stance",)
SUBJECT_HEADS = (MINERAL, COUNTRY)
WHERE_HEADS = ("where",)
Columns = list[tuple[Matrix, Matrix]]


def event_columns(articles: Iterable[ReadArticle]) -> Columns:
    """For `event`: is there such an event in the article? For `main`: is the article there to report it?"""
    figures, told, main = [], [], []
    for article in articles:
        setting = setting_of(article.reading)
        salience = {event["type"]: event["salience"] for event in sorted(article.label.events, key=_main_last)}
        for type_ in EVENT_TYPES:
            for group in candidates_by_project(type_, article.reading).values():
                figures.append(group_figures(type_, group, article.reading, setting))
                told.append(type_ in salience)
                main.append(salience.get(type_) == "main")
    matrix = np.asarray(figures, dtype=np.float32)
    return [(matrix, np.asarray(told)), (matrix, np.asarray(main))]


def _main_last(event: dict[str, Any]) -> bool:
    return bool(event["salience"] == "main")


def relevance_columns(articles: Sequence[ReadArticle], weighed: Sequence[list[Group]]) -> Columns:
    """For each article: does it carry an event? `weighed` is, of each, all that may be one."""
    figures, labels = [], []
    for article, groups in zip(articles, weighed, strict=True):
        figures.append(relevance_figures(setting_of(article.reading), [group.confidence for group in groups]))
        labels.append(article.label.relevant)
    return [(np.asarray(figures, dtype=np.float32), np.asarray(labels))]


def stance_columns(articles: Iterable[ReadArticle]) -> Columns:
    """For each class of holder and polarity that an article may report: does it?"""
    figures, labels = [], []
    for article in articles:
        wanted = {(stance["holder_class"], stance["polarity"]) for stance in article.label.stances}
        for candidate in stance_candidates(article.reading):
            figures.append(candidate.figures)
            labels.append((candidate.holder_class, candidate.polarity) in wanted)
    return [(np.asarray(figures, dtype=np.float32), np.asarray(labels))]


def subject_columns(articles: Sequence[ReadArticle], weighed: Sequence[list[Group]]) -> Columns:
    """For each mineral and country that an article names: is it a subject of the article?"""
    columns = []
    for kind, wanted in ((MINERAL, "minerals"), (COUNTRY, "countries")):
        figures, labels = [], []
        for article, groups in zip(articles, weighed, strict=True):
            possible = [group for group in groups if group.confidence >= POSSIBLE]
            for key, row in subject_figures(kind, article.reading, possible).items():
                figures.append(row)
                labels.append(key in getattr(article.label, wanted))
        columns.append((np.asarray(figures, dtype=np.float32), np.asarray(labels)))
    return columns


def where_columns(articles: Sequence[ReadArticle], weighed: Sequence[list[Group]], subject: Head) -> Columns:
    """For each event that an article has, and each country that it names: is the event there?"""
    figures, labels = [], []
    for article, groups in zip(articles, weighed, strict=True):
        possible = [group for group in groups if group.confidence >= POSSIBLE]
        places = places_of(article.reading, possible, subject)
        for group in possible:
            events = [event for event in article.label.events if event["type"] == group.event_type.name]
            wanted = {code for event in _of_project(events, group.project) for code in event["countries"]}
            for code, row in where_figures(group, places).items() if events else ():
                figures.append(row)
                labels.append(code in wanted)
    return [(np.asarray(figures, dtype=np.float32), np.asarray(labels))]


def _of_project(events: list[dict[str, Any]], project: str | None) -> list[dict[str, Any]]:
    """Those of the project; all where none is told of it."""
    return [event for event in events if event["project"] == project] or events
