"""What one article says, each claim with its evidence: the contract of `orewire analyze`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orewire.model.codes import FAMILY_OF_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of the article. `start` and `end` count characters of `text`, half-open; None in the title."""

    text: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """An amount of money: `amount` in whole units of `currency` (ISO 4217)."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One event as one article tells it. Vocabularies are those of `orewire.model.codes`."""

    type: str
    status: str
    salience: str
    minerals: tuple[str, ...]
    countries: tuple[str, ...]
    project: str | None
    actor: str | None
    target: str | None
    date: date | None
    stage: str | None
    value: Value | None
    evidence: Evidence
    confidence: float

    @property
    def family(self) -> str:
        """The family that the type belongs to."""
        return FAMILY_OF_TYPE[self.type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """One holder's attitude to a project, company, policy or to `mining`, as one article reports it."""

    holder: str
    holder_class: str
    target: str
    polarity: str
    basis: str
    evidence: Evidence
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All that was understood of one article.

    `note` says why an analysis is empty or poorer than usual (`empty text`, `language not supported: ja`, ...).
    `version` names the pipeline, its data and its models.
    """

    id: str
    lang: str | None
    relevant: bool
    minerals: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    events: tuple[Mention, ...] = ()
    stances: tuple[Stance, ...] = ()
    note: str | None = None
    version: str = ""


def analysis_to_json(analysis: Analysis) -> dict[str, Any]:
    """The analysis in the machine-readable form that DESIGN fixes; `note` only where there is one."""
    record: dict[str, Any] = {
        "id": analysis.id,
        "lang": analysis.lang,
        "relevant": analysis.relevant,
        "minerals": list(analysis.minerals),
        "countries": list(analysis.countries),
        "projects": list(analysis.projects),
        "events": [mention_to_json(mention) for mention in analysis.events],
        "stances": [stance_to_json(stance) for stance in analysis.stances],
        "version": analysis.version,
    }
    if analysis.note:
        record["note"] = analysis.note
    return record


def mention_to_json(mention: Mention) -> dict[str, Any]:
    """One entry of `events`."""
    value = mention.value
    return {
        "type": mention.type,
        "family": mention.family,
        "status": mention.status,
        "salience": mention.salience,
        "minerals": list(mention.minerals),
        "countries": list(mention.countries),
        "project": mention.project,
        "actor": mention.actor,
        "target": mention.target,
        "date": mention.date.isoformat() if mention.date else None,
        "stage": mention.stage,
        "value": {"amount": value.amount, "currency": value.currency} if value else None,
        **_evidence_to_json(mention.evidence),
        "confidence": mention.confidence,
    }


def stance_to_json(stance: Stance) -> dict[str, Any]:
    """One entry of `stances`."""
    return {
        "holder": stance.holder,
        "holder_class": stance.holder_class,
        "target": stance.target,
        "polarity": stance.polarity,
        "basis": stance.basis,
        **_evidence_to_json(stance.evidence),
        "confidence": stance.confidence,
    }


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    return {"evidence": evidence.text, "start": evidence.start, "end": evidence.end}


def analysis_from_json(record: dict[str, Any]) -> Analysis:
    """The inverse of `analysis_to_json`."""
    return Analysis(
        **{name: record[name] for name in ("id", "lang", "relevant", "version")},
        minerals=tuple(record["minerals"]),
        countries=tuple(record["countries"]),
        projects=tuple(record["projects"]),
        events=tuple(map(_mention_from_json, record["events"])),
        stances=tuple(map(_stance_from_json, record["stances"])),
        note=record.get("note"),
    )


def _mention_from_json(record: dict[str, Any]) -> Mention:
    plain = ("type", "status", "salience", "project", "actor", "target", "stage", "confidence")
    return Mention(
        **{name: record[name] for name in plain},
        minerals=tuple(record["minerals"]),
        countries=tuple(record["countries"]),
        date=date.fromisoformat(record["date"]) if record["date"] else None,
        value=Value(**record["value"]) if record["value"] else None,
        evidence=_evidence_from_json(record),
    )


def _stance_from_json(record: dict[str, Any]) -> Stance:
    plain = ("holder", "holder_class", "target", "polarity", "basis", "confidence")
    return Stance(**{name: record[name] for name in plain}, evidence=_evidence_from_json(record))


def _evidence_from_json(record: dict[str, Any]) -> Evidence:
    return Evidence(text=record["evidence"], start=record["start"], end=record["end"])
