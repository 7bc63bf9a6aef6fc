"""Values of filters as people write and read them."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from orewire.digest.catalogue import get_catalogue
from orewire.model.errors import UsageError
from orewire.model.project import project_number

NOBODY = {"project": "no project", "stance": "nobody told", "country": "no country", "mineral": "no mineral"}


def value_name(name: str, value: str) -> str:
    """A value of a filter in words."""
    words = get_catalogue("en")
    if value == "-":
        return NOBODY.get(name, "none")
    if name == "country":
        return words.country(value.upper())
    if name == "family":
        return words.say(f"families.{value}") if value in words.words["families"] else value
    if name == "status":
        return {"actual": "it happened", "prospective": "expected or planned"}.get(value, value)
    if name == "stance":
        return {"support": "somebody is for it", "oppose": "somebody is against it"}.get(value, value)
    if name == "project" and project_number(value) is not None:
        return "this project"
    return value.replace("_", " ") if name == "type" else value


def country_code(typed: str) -> str:
    """The code of a country by its code or English name; UsageError for what is neither."""
    code = typed.strip().upper()
    if len(code) == 2:
        return code
    found = _codes().get(typed.strip().casefold())
    if found is None:
        raise UsageError(f"country: found {typed!r}, expected a country's name or two-letter code, such as Chile or CL")
    return found


@functools.cache
def country_names() -> Mapping[str, str]:
    """English names of all countries by their codes, in order of the names."""
    words = get_catalogue("en")
    known = map(str, words.locale.territories)
    codes = [code for code in known if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY]
    return dict(sorted(((code, words.country(code)) for code in codes), key=lambda one: one[1]))


_NO_COUNTRY = frozenset({"EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"})


@functools.cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in country_names().items()}
