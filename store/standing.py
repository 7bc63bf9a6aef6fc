"""Where a project stands, and stood: its events in order, read by the rules of store/data/standing.yaml. No SQL.

The order of days decides; on one day the weightier event has the last word: who speaks, how many independent sources,
how sure. So the same events give the same standings, in whatever order they were stored.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from typing import Any

from orewire.model.codes import VOICES
from orewire.model.project import BASES, FIGHTS, STANDINGS, Standing

_OPEN = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event of a project, as far as it can move a standing.

    `sources` are the independent ones. `told` has a bit for each rule that asks for words (`Rule.bit`), set where one
    of the reports that call the event actual has them.
    """

    id: int
    type: str
    status: str
    salience: str
    date: date | None
    stage: str | None
    confidence: float
    sources: int
    voice: str
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the file; `stage` is None where any will do. `bit` is 0 where the evidence may say anything."""

    event: str
    says: str
    stage: tuple[str | None, ...] | None = None
    told: tuple[str, ...] = ()
    not_told: tuple[str, ...] = ()
    bit: int = 0
    from_: tuple[str, ...] = ()
    from_old: tuple[str, ...] = ()
    to: str | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The whole file: spans of time in days by standing, the least confidence by voice."""

    confidence: Mapping[str, float]
    means: Mapping[str, str]
    firm: Mapping[str, timedelta]
    lasts: Mapping[str, timedelta]
    rules: Mapping[str, tuple[Rule, ...]]
    """By type of event, in the order of the file."""


@functools.cache
def load_rules() -> Rules:
    """The rules, read once."""
    import yaml

    text = (resources.files("store") / "data" / "standing.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    words: Mapping[str, Mapping[str, Any]] = data["standings"]
    return Rules(
        confidence=data["confidence"],
        means={word: one["means"] for word, one in words.items()},
        firm={word: timedelta(days=one["firm_days"]) for word, one in words.items() if "firm_days" in one},
        lasts={word: timedelta(days=one["lasts_days"]) for word, one in words.items() if "lasts_days" in one},
        rules=_by_event([_rule(one, number) for number, one in enumerate(data["rules"])]),
    )


def _by_event(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    return {
        name: tuple(rule for rule in rules if rule.event == name) for name in dict.fromkeys(one.event for one in rules)
    }


def _rule(record: Mapping[str, Any], number: int) -> Rule:
    return Rule(
        event=record["event"],
        says=record["says"],
        stage=tuple(record["stage"]) if "stage" in record else None,
        told=tuple(record.get("told", ())),
        not_told=tuple(record.get("not_told", ())),
        bit=1 << number if "told" in record or "not_told" in record else 0,
        from_=tuple(record.get("from", ())),
        from_old=tuple(record.get("from_old", ())),
        to=record.get("to"),
        ends=tuple(record.get("ends", ())),
    )


@dataclass(slots=True)
class _Span:
    """Something that held from `since` to before `until`, and what made it so; `last` is when it was last told."""

    word: str
    since: date
    until: date
    last: date
    event: int
    rule: str
    ended_by: int | None = None


@dataclass(slots=True)
class _Life:
    """What has held so far: one base after the other, and fights besides."""

    bases: list[_Span] = field(default_factory=list)
    fights: dict[str, list[_Span]] = field(default_factory=lambda: {word: [] for word in FIGHTS})

    def enter(self, word: str, day: date, event: int, rule: str) -> None:
        """Lead to another base, or confirm the one that holds."""
        now = self.bases[-1] if self.bases else None
        if now and now.word == word:
            now.last = day
            return
        if now:
            now.until, now.ended_by = day, event
        self.bases.append(_Span(word, day, _OPEN, day, event, rule))

    def fight(self, span: _Span, lasts: timedelta) -> None:
        """Begin a fight, or let the one that goes on last longer."""
        spans = self.fights[span.word]
        until = min(_OPEN - lasts, span.since) + lasts
        if spans and span.since <= spans[-1].until:
            spans[-1].last, spans[-1].until = span.since, until
        else:
            span.until = until
            spans.append(span)

    def end(self, word: str, day: date, event: int) -> None:
        """End a fight that goes on."""
        spans = self.fights[word]
        if spans and spans[-1].until > day:
            spans[-1].until, spans[-1].ended_by = day, event


def standings(facts: Iterable[Fact], today: date, rules: Rules | None = None) -> tuple[Standing, ...]:
    """All that held of a project up to today, in the order in which it began; what still holds has no end."""
    rules = rules or load_rules()
    life = _Life()
    for fact in in_order(facts, today, rules):
        _live(life, fact, rules)
    spans = [*life.bases, *(span for found in life.fights.values() for span in found)]
    told = (_told(span, today) for span in spans if span.since < span.until)
    return tuple(sorted(told, key=lambda one: (one.since or date.min, STANDINGS.index(one.word))))


def _told(span: _Span, today: date) -> Standing:
    is_over = span.until <= today
    return Standing(
        word=span.word,
        since=span.since,
        until=span.until if is_over else None,
        event_id=span.event,
        rule=span.rule,
        ended_by=span.ended_by if is_over else None,
    )


def present(found: Iterable[Standing]) -> tuple[Standing, ...]:
    """What holds, the weightiest first; `unknown` where nothing does."""
    held = sorted((one for one in found if one.until is None), key=lambda one: STANDINGS.index(one.word))
    return tuple(held) or (Standing(word="unknown", rule=load_rules().means["unknown"]),)


def in_order(facts: Iterable[Fact], today: date, rules: Rules) -> list[Fact]:
    """Those that can move a standing, by day, on one day the weightiest last."""
    return sorted((fact for fact in facts if _counts(fact, today, rules)), key=_order)


def _counts(fact: Fact, today: date, rules: Rules) -> bool:
    return (
        fact.status == "actual"
        and fact.salience == "main"
        and fact.date is not None
        and fact.date <= today
        and round(fact.confidence, 3) >= rules.confidence[fact.voice]
    )


def _order(fact: Fact) -> tuple[date, int, int, float, str, str, int, int]:
    assert fact.date is not None
    weight = (-VOICES.index(fact.voice), fact.sources, fact.confidence)
    return (fact.date, *weight, fact.type, fact.stage or "", fact.told, fact.id)


def _live(life: _Life, fact: Fact, rules: Rules) -> None:
    assert fact.date is not None
    rule = find_rule(fact, life.bases[-1] if life.bases else None, rules)
    if rule is None:
        return
    for word in rule.ends:
        life.end(word, fact.date, fact.id)
    if rule.to in FIGHTS:
        life.fight(_Span(rule.to, fact.date, _OPEN, fact.date, fact.id, rule.says), rules.lasts[rule.to])
    elif rule.to:
        life.enter(rule.to, fact.date, fact.id, rule.says)


def find_rule(fact: Fact, base: _Span | None, rules: Rules) -> Rule | None:
    """The first rule that fits an event of a project that stands at `base`."""
    return next((rule for rule in rules.rules.get(fact.type, ()) if _fits(rule, fact, base, rules)), None)


def _fits(rule: Rule, fact: Fact, base: _Span | None, rules: Rules) -> bool:
    if (rule.stage is not None and fact.stage not in rule.stage) or (rule.bit and not fact.told & rule.bit):
        return False
    if rule.to not in BASES:
        return True
    word = base.word if base else "unknown"
    return word in rule.from_ or (word in rule.from_old and _is_old(base, fact, rules))


def _is_old(base: _Span | None, fact: Fact, rules: Rules) -> bool:
    return base is not None and fact.date is not None and fact.date - base.last >= rules.firm[base.word]
