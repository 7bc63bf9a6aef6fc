"""A brief as HTML, as Markdown and as PDF: the same words in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from orewire.digest.brief import Brief, Side
from orewire.digest.catalogue import Catalogue, get_catalogue
from orewire.digest.compose import Item
from orewire.digest.items import Shown, show_item
from orewire.digest.pdf import typeset
from orewire.digest.pictures import draw_trend, draw_trend_svg, trend_alt
from orewire.digest.plain import LONGEST_EVIDENCE, capital, clean, clean_name, web_address
from orewire.digest.render import Letter, render_html, render_text
from orewire.digest.wording import project_words, tell_event
from orewire.model.event import Event, best_source
from orewire.model.project import Standing

FORMATS: Final = ("html", "markdown", "pdf")
_TIMELINE, _SIDES, _ALIASES = 200, 15, 8
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$^])")
_BEGINNINGS = re.compile(r"^(\d+)([.)])|^([-+=])")
_IN_ADDRESS = str.maketrans({"<": "%3C", ">": "%3E", "(": "%28", ")": "%29", "\\": "%5C", '"': "%22"})


def render_brief(brief: Brief, form: str, lang: str = "en") -> bytes:
    """The brief in one of FORMATS and in one language; UsageError for PDF without the extra `pdf`."""
    words = get_catalogue(lang)
    if form == "markdown":
        marks = {"text": escape_markdown, "address": lambda url: url.translate(_IN_ADDRESS)}
        return render_text("brief.md", {**brief_words(brief, words), **marks}).encode()
    context = brief_words(brief, words)
    if form == "pdf":
        trend = draw_trend_svg(brief.months, words)
        return typeset("brief.typ", _plain({**context, "picture": trend is not None}), {"trend.svg": trend or ""})
    picture = draw_trend(brief.months, words, words.say("sections.trend"))
    html = render_html("brief.html", {**context, "picture": picture})
    return Letter(subject=context["title"], text="", html=html, pictures=(picture,) if picture else ()).page.encode()


def escape_markdown(text: str) -> str:
    """Text of which nothing is taken for markup."""
    return _BEGINNINGS.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", _MARKS.sub(r"\\\1", text))


def brief_words(brief: Brief, words: Catalogue) -> dict[str, Any]:
    """Everything that a brief says, part by part."""
    headings = ("history", "projects", "for_and_against", "key_events", "timeline", "trend")
    return {
        "lang": words.lang,
        "title": words.say("digest.titled", what=words.say("digest.brief"), name=_name(brief, words)),
        "facts": _facts(brief, words),
        "titles": {name: words.say(f"sections.{name}") for name in headings},
        "history": _history(brief, words),
        "projects": [_project_row(one, words) for one in brief.projects],
        "sides": [_sides(brief.sides, polarity, words) for polarity in ("support", "oppose")],
        "key_events": [show_item(Item(event=event), words, "UTC") for event in brief.key_events],
        "timeline": [_row(event, words) for event in brief.events[:_TIMELINE]],
        "left_out": _left_out(len(brief.events) - _TIMELINE, words),
        "months": trend_alt(brief.months, words, words.say("sections.trend")) if brief.months.keys else "",
        "nothing": "" if brief.events else words.say("digest.nothing_known"),
    }


def _name(brief: Brief, words: Catalogue) -> str:
    subject = brief.subject
    if subject.dossier:
        return project_words(words, subject.name, subject.dossier.project.minerals)
    name = words.mineral(subject.name) if subject.kind == "mineral" else words.country(subject.name)
    return capital(name)


def _facts(brief: Brief, words: Catalogue) -> list[str]:
    span = words.say("digest.period", since=words.day(brief.since), until=words.day(brief.until))
    facts = [f"{span} {words.count('digest.events', brief.total)}."]
    if dossier := brief.subject.dossier:
        project = dossier.project
        stands = [words.say(f"standings.{word}") for word in (project.standing.word, *project.also)]
        known = [", ".join(stands), ", ".join(words.country(code) for code in project.countries)]
        operator = [words.say("digest.operator", name=clean_name(project.operator))] if project.operator else []
        facts = [capital(" · ".join([*filter(None, known), *operator])), *facts]
        if dossier.aliases:
            names = ", ".join(clean_name(name) for name in dossier.aliases[:_ALIASES])
            facts.append(capital(words.say("digest.also_called", names=names)))
    return facts


def _history(brief: Brief, words: Catalogue) -> list[dict[str, Any]]:
    """Where the project stands and stood, the latest first, each with the event that made it so."""
    if brief.subject.dossier is None:
        return []
    events = {event.id: event for event in brief.subject.dossier.timeline}
    standings = sorted(brief.subject.dossier.standings, key=lambda one: one.since or date.min, reverse=True)
    return [
        {
            "when": _span(one, brief, words),
            "word": words.say(f"standings.{one.word}"),
            "why": tell_event(events[one.event_id], words.lang) if one.event_id in events else "",
        }
        for one in standings
    ]


def _span(one: Standing, brief: Brief, words: Catalogue) -> str:
    since = words.day(one.since, "medium") if one.since else "…"
    if one.until is None or one.until > brief.until:  # a fight is over by itself when nothing more is heard of it
        return words.say("digest.until_now", since=since)
    return words.say("digest.from_to", since=since, until=words.day(one.until, "medium"))


def _project_row(project: Any, words: Catalogue) -> dict[str, str]:
    where = ", ".join(words.country(code) for code in project.countries)
    stands = ", ".join(words.say(f"standings.{word}") for word in (project.standing.word, *project.also))
    events = words.count("digest.events", project.events)
    return {
        "name": project_words(words, project.name, project.minerals),
        "where": where,
        "stands": stands,
        "events": events,
    }


def _sides(sides: Sequence[Side], polarity: str, words: Catalogue) -> dict[str, Any]:
    of_this = [side for side in sides if side.polarity == polarity]
    title = words.say("digest.for" if polarity == "support" else "digest.against")
    return {
        "title": f"{capital(title)} ({words.number(len(of_this))})",
        "people": [_person(side, words) for side in of_this[:_SIDES]],
        "left_out": _left_out(len(of_this) - _SIDES, words),
    }


def _person(side: Side, words: Catalogue) -> dict[str, str]:
    kind = words.words["classes"].get(side.holder_class, clean_name(side.holder_class))
    last = [words.day(side.last)] if side.last else []
    facts = " · ".join([kind, words.count("digest.articles", side.times), *last])
    return {"name": clean_name(side.name), "facts": facts, "evidence": clean(side.evidence, LONGEST_EVIDENCE)}


def _row(event: Event, words: Catalogue) -> dict[str, str | None]:
    source = best_source(event.sources)
    return {
        "when": words.day(event.date, "medium") if event.date else words.say("digest.undated"),
        "line": tell_event(event, words.lang),
        "source": clean_name(source.source) if source else "",
        "url": web_address(source.url) if source else None,
    }


def _left_out(number: int, words: Catalogue) -> str:
    return words.count("digest.left_out", number) if number > 0 else ""


def _plain(context: dict[str, Any]) -> dict[str, Any]:
    """The context as JSON can hold it."""
    shown: Iterable[Shown] = context["key_events"]
    return {**context, "key_events": [asdict(one) for one in shown]}
