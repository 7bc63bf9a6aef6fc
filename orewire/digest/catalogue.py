"""What the digest can say in each of its languages: words from a catalogue, names, numbers and dates from Babel."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from orewire.digest.plain import clean_name
from orewire.model.errors import UsageError

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES: Final = ("en", "es", "fr")
"""Those that have a catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The words of one language, as its file has them, and its rules."""

    lang: str
    words: dict[str, Any]
    locale: Locale
    forms: dict[str, dict[str, str]]

    def say(self, key: str, **values: object) -> str:
        """The words at a path such as `digest.title`, filled in."""
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The words for so many, `{n}` filled in."""
        form = "one" if self.locale.plural_form(number) == "one" else "other"
        return self.say(f"{key}.{form}", n=self.number(number), **values)

    def number(self, number: float) -> str:
        """A number as people write it."""
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=self.locale))

    def percent(self, share: float) -> str:
        """A share of 1 in per cent."""
        from babel.numbers import format_percent

        return str(format_percent(share, locale=self.locale))

    def day(self, day: date, form: str = "long") -> str:
        """A date; `form` is `full` (with the day of the week), `long`, or `medium`."""
        from babel.dates import format_date

        return str(format_date(day, form, locale=self.locale))

    def time(self, moment: datetime) -> str:
        """The hour and minute of a time, as clocks of its zone show it."""
        from babel.dates import format_time

        return str(format_time(moment, "short", tzinfo=moment.tzinfo, locale=self.locale))

    def listed(self, names: Sequence[str]) -> str:
        """`a, b and c`."""
        from babel.lists import format_list

        return str(format_list(list(names), locale=self.locale)) if names else ""

    def country(self, code: str) -> str:
        """The name of a country; the code itself where it has none."""
        names = self.words["places"]["names"]
        return str(names.get(code) or self.locale.territories.get(code) or clean_name(code))

    def placed(self, code: str, form: str) -> str:
        """A country behind a preposition: `form` is `in`, or `the` for the party of a deal."""
        return str(self.forms.get(code, self.words["places"]["default"])[form]).format(name=self.country(code))

    def mineral(self, name: str, *, article: bool = False) -> str:
        """The name of a mineral, with its article where the language wants one."""
        found = self.words["minerals"].get(name, name)
        return str(found if isinstance(found, str) else found[article])


@functools.cache
def get_catalogue(lang: str) -> Catalogue:
    """The catalogue of a language; UsageError for one that has none."""
    import yaml
    from babel import Locale

    if lang not in LANGUAGES:
        raise UsageError(f"lang: found {lang!r}, expected one of {', '.join(LANGUAGES)}")
    text = resources.files("orewire.digest").joinpath("catalogues", f"{lang}.yaml").read_text(encoding="utf-8")
    words = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    forms = {code: form for form in words["places"]["others"] for code in form["codes"]}
    return Catalogue(lang=lang, words=words, locale=Locale.parse(words["locale"]), forms=forms)
