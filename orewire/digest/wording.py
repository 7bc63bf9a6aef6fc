"""The one line that tells an event in plain words, made from its fields alone, in the reader's language."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

from orewire.digest.catalogue import LANGUAGES, Catalogue, get_catalogue
from orewire.digest.plain import capital, clean_name
from orewire.model.analysis import Value
from orewire.model.event import Event

_MINERALS, _PLACES = 3, 3
"""Of which the line tells; it says how many more there are."""
_TOO_MUCH: Final = 1e16
"""More than all the money of the world, in any currency: a mistake."""
_VOWELS: Final = frozenset("aeiouéèê")
_IMPLIED: Final = frozenset({"granted", "applied", "proposed", "talks", "draft"})
"""Stages that are no news beside `may` or beside a permit that was granted."""


def tell_event(event: Event, lang: str) -> str:
    """One line: who did what, about what, where, for how much; `lang` is one of LANGUAGES."""
    words = get_catalogue(lang)
    actor = _actor(event)
    lead, told_stage = _lead(words, event, actor)
    parts = (
        lead,
        _target(words, event, actor),
        _about(words, event),
        _where(words, event, actor),
        _value(words, event.value),
        "" if told_stage else _stage(words, event),
    )
    return capital("".join(parts))


def project_words(words: Catalogue, name: str, minerals: Sequence[str]) -> str:
    """`Jadar (lithium, boron)`."""
    shown = clean_name(name)
    return words.say("line.project", name=shown, minerals=mineral_names(words, minerals)) if minerals else shown


def mineral_names(words: Catalogue, minerals: Sequence[str]) -> str:
    """`lithium, boron`; how many more there are where they are many."""
    names = [words.mineral(clean_name(name)) for name in minerals]
    return ", ".join(_few(words, names, _MINERALS, "line.more_minerals"))


def country_names(words: Catalogue, codes: Sequence[str]) -> str:
    """`Serbia, Chile`; how many more there are where they are many."""
    return ", ".join(_few(words, [words.country(code) for code in codes], _PLACES, "line.more_places"))


def places_words(words: Catalogue, codes: Sequence[str], form: str) -> str:
    """`in Serbia and the United States` without the `in`; how many more there are where they are many."""
    return words.listed(_few(words, [words.placed(code, form) for code in codes], _PLACES, "line.more_places"))


def _actor(event: Event) -> str:
    """Who acts, unless that is the project itself."""
    name = clean_name(event.actor)
    return "" if _same(name, clean_name(event.project)) else name


def _lead(words: Catalogue, event: Event, actor: str) -> tuple[str, bool]:
    """What happened, and whether that already tells the stage."""
    kind = words.words["types"][event.type]
    staged = kind.get("stages", {}).get(event.stage or "")
    pattern = (staged or kind)[event.status][0 if actor else 1]
    return pattern.format(actor=actor), staged is not None or not event.stage


def _target(words: Catalogue, event: Event, actor: str) -> str:
    pattern = words.words["types"][event.type].get("target")
    target = clean_name(event.target)
    told = {_key(actor), _key(clean_name(event.project)), *map(_key, _country_names(event.countries))}
    return pattern.format(target=target) if pattern and target and _key(target) not in told else ""


def _about(words: Catalogue, event: Event) -> str:
    of_project, of_minerals = words.words["types"][event.type]["about"]
    if project := clean_name(event.project):
        return str(of_project.format(it=project_words(words, project, event.minerals)))
    if not event.minerals:
        return ""
    articled = [words.mineral(clean_name(name), article=True) for name in event.minerals]
    minerals = words.listed(_few(words, articled, _MINERALS, "line.more_minerals"))
    return str(of_minerals.format(minerals=minerals, names=mineral_names(words, event.minerals)))


def _where(words: Catalogue, event: Event, actor: str) -> str:
    """Where it is; of what is agreed or restricted between countries, who is party to it."""
    others = [code for code in event.countries if _key(actor) not in map(_key, _country_names((code,)))]
    if event.family != "trade" or len(event.countries) < 2:
        return _placed(words, "in", others)
    if len(others) < len(event.countries) and event.type == "trade_deal":
        return _placed(words, "with", others)
    return _placed(words, "between" if event.type == "trade_deal" and not actor else "involving", others)


def _placed(words: Catalogue, relation: str, codes: Sequence[str]) -> str:
    form = "in" if relation == "in" else "the"
    return words.say(f"line.{relation}", places=places_words(words, codes, form)) if codes else ""


def _value(words: Catalogue, value: Value | None) -> str:
    if value is None or not 0 < value.amount < _TOO_MUCH:  # nor what is no number
        return ""
    return words.say("line.value", value=money(words, value))


def money(words: Catalogue, value: Value) -> str:
    """`620 million US dollars`."""
    amount = round(value.amount) if value.amount >= 1 else value.amount
    scale = next((one for one in words.words["line"]["money"]["scales"] if amount >= one["from"]), None)
    if scale is None:
        return words.say("line.money.plain", number=words.number(amount), currency=_currency(words, value, amount))
    scaled = round(amount / scale["by"], 2)
    form = scale["one" if words.locale.plural_form(scaled) == "one" else "other"]
    currency = _currency(words, value, amount)
    of = words.words["line"]["money"]["of"][currency[:1].casefold() in _VOWELS]
    return str(form.format(number=words.number(scaled), currency=of.format(currency=currency)))


def _currency(words: Catalogue, value: Value, amount: float) -> str:
    from babel.numbers import get_currency_name

    code = clean_name(value.currency)
    known = words.words["line"]["money"]["currencies"].get(code)
    return str(known or get_currency_name(code, count=amount, locale=words.locale))


def _stage(words: Catalogue, event: Event) -> str:
    if event.stage is None or event.stage in _IMPLIED:
        return ""
    known = words.words["stages"].get(event.stage)
    return words.say("line.stage", stage=known or clean_name(event.stage))


def _few(words: Catalogue, names: Sequence[str], most: int, more: str) -> list[str]:
    names = list(dict.fromkeys(names))
    if len(names) <= most + 1:  # nobody is served by `and 1 more`
        return names
    return [*names[:most], words.say(more, n=words.number(len(names) - most))]


@functools.lru_cache(maxsize=512)
def _country_names(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What the countries are called in any of our languages, with and without article."""
    catalogues = [get_catalogue(lang) for lang in LANGUAGES]
    forms = ("in", "the")
    return tuple(
        name
        for words in catalogues
        for code in codes
        for name in (words.country(code), *(words.placed(code, form) for form in forms))
    )


def _same(one: str, other: str) -> bool:
    return bool(one) and _key(one) == _key(other)


def _key(name: str) -> str:
    return name.casefold()
