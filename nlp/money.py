"""Amounts of money: currency, number, magnitude."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from nlp.lexicon import words
from orewire.model.analysis import Value

_LEAST = 10_000
"""Less is a price a tonne, not the worth of a deal."""


@functools.cache
def _money() -> re.Pattern[str]:
    """`US$1.2 billion` with the currency before, `1,2 Milliarden Euro` with it behind."""
    signs, names = _any(words("currency_signs")), _any(words("currencies"))
    number = r"(?P<{0}>\d{{1,3}}(?:[,. ]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d+)?)"
    magnitude = rf"(?:[\s-]?(?P<{{0}}>{_any(words('magnitudes'))})(?![a-z]))?"
    before = rf"(?P<before>{signs})\s?{number.format('number1')}{magnitude.format('magnitude1')}"
    after = rf"{number.format('number2')}{magnitude.format('magnitude2')}\s?(?:de |d')?(?:u\.s\. |us |canadian )?"
    return re.compile(rf"{before}|{after}(?P<after>{names})(?![a-z])")


def _any(written: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, written), key=len, reverse=True))


def find_value(text: str) -> Value | None:
    """The largest amount of money that the text names, or None."""
    values = [value for match in _money().finditer(text.lower()[:2000]) if (value := _value(match))]
    return max(values, key=lambda value: value.amount, default=None)


def _value(match: re.Match[str]) -> Value | None:
    currencies = {**words("currency_signs"), **words("currencies")}
    number = match.group("number1") or match.group("number2")
    magnitude = match.group("magnitude1") or match.group("magnitude2")
    amount = _number(number) * (float(words("magnitudes")[magnitude]) if magnitude else 1)
    currency = currencies[match.group("before") or match.group("after")]
    return Value(amount=amount, currency=currency) if amount >= _LEAST else None


def _number(written: str) -> float:
    """1,250.5 and 1.250,5 alike: the last mark with one or two digits behind it is the decimal one."""
    plain = written.replace(" ", "")
    match = re.fullmatch(r"(.*?)[.,](\d{1,2})", plain)
    whole, decimals = match.groups() if match else (plain, "0")
    return float(f"{re.sub(r'[.,]', '', whole) or '0'}.{decimals}")
