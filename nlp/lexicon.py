"""The lexicons of nlp/data, read once: minerals, places, projects, organisations, and each language's concepts."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from nlp.terms import Term, TermIndex, parse_term
from nlp.text import serbian_cyrillic
from orewire.model.codes import LANGUAGES
from orewire.model.errors import ModelError

DATA = resources.files("nlp") / "data"
_YAML_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # strings only: NO and no stay words


def read_yaml(*path: str) -> Any:
    """One data file, every scalar a string."""
    source = DATA.joinpath(*path)
    try:
        return yaml.load(source.read_text(encoding="utf-8"), Loader=_YAML_LOADER)  # noqa: S506 - BaseLoader is safe
    except (OSError, yaml.YAMLError) as error:
        raise ModelError(f"{'/'.join(path)}: cannot be read: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A mine, deposit or plant of the gazetteer. `at` is latitude, longitude in degrees."""

    name: str
    countries: tuple[str, ...]
    minerals: tuple[str, ...]
    operator: str | None
    at: tuple[float, float] | None
    ambiguous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A named actor. `holder_class` as in the codebook; `country` only where it acts for one."""

    name: str
    holder_class: str
    country: str | None


@functools.cache
def projects() -> dict[str, Project]:
    """The gazetteer by name."""
    return {record["name"]: _project(record) for record in read_yaml("projects.yaml")}


def _project(record: dict[str, Any]) -> Project:
    country = record["country"]
    at = record.get("at")
    return Project(
        name=record["name"],
        countries=tuple(country) if isinstance(country, list) else (country,),
        minerals=tuple(record.get("minerals") or ()),
        operator=_or_none(record.get("operator")),
        at=(float(at[0]), float(at[1])) if at else None,
        ambiguous=record.get("ambiguous") == "true",
    )


@functools.cache
def _sites() -> dict[str, Project]:
    return {_site_key(site.name): site for site in read_sites()}


def read_sites() -> list[Project]:
    """All mineral sites; some differ from another in case and accents alone."""
    return [_site(cells) for cells in read_table("sites.tsv")]


def read_table(name: str) -> list[list[str]]:
    """The cells of a table of nlp/data, without its head."""
    lines = DATA.joinpath(name).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def _site(cells: list[str]) -> Project:
    name, country, minerals, latitude, longitude = cells
    return Project(
        name=name,
        countries=(country,),
        minerals=tuple(filter(None, minerals.split(";"))),
        operator=None,
        at=(float(latitude), float(longitude)) if latitude else None,
        ambiguous=True,
    )


def find_site(name: str) -> Project | None:
    """The mineral site of this name among some 16,000 (nlp/training/build_sites.py), accents and case aside.

    Their names are those of many other things: ask only for what a text itself calls a mine or a deposit.
    """
    return _sites().get(_site_key(name))


def _site_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


@functools.cache
def organisations() -> dict[str, Organisation]:
    """The known actors by name."""
    return {
        record["name"]: Organisation(
            name=record["name"], holder_class=record["class"], country=_or_none(record.get("country"))
        )
        for record in read_yaml("organisations.yaml")
    }


def _or_none(value: str | None) -> str | None:
    return None if value in (None, "", "null", "~") else value


@functools.cache
def term_index(lang: str) -> TermIndex:
    """All terms that can occur in a text of `lang`: its own words, English names, and names of every language."""
    return TermIndex.build(
        [*_concept_terms(lang), *_mineral_terms(lang), *_place_terms(lang), *_geonames_terms(lang), *_name_terms()]
    )


def _concept_terms(lang: str) -> list[Term]:
    terms: list[Term] = []
    for concept, words in read_yaml("lexicon", f"{lang}.yaml").items():
        for word in words:
            terms.extend(parse_term(form, "concept", concept) for form in _scripts(word, lang))
    return terms


def _scripts(word: str, lang: str) -> tuple[str, ...]:
    return (word, serbian_cyrillic(word.lower())) if lang == "sr" and not word.startswith("=") else (word,)


def _mineral_terms(lang: str) -> list[Term]:
    terms: list[Term] = []
    for name, forms in read_yaml("minerals.yaml").items():
        for code in dict.fromkeys((lang, "en")):
            for word in forms.get(code, ()):
                terms.extend(parse_term(form, "mineral", name) for form in _scripts(word, code))
        terms.extend(parse_term(symbol, "mineral", name, cased=True) for symbol in forms.get("symbols", ()))
        terms.extend(parse_term(phrase, "mask", name) for phrase in forms.get("unless", ()))
    return terms


def _place_terms(lang: str) -> list[Term]:
    terms = [
        parse_term(form, "place", f"{code}/name", cased=True)
        for code, name in _country_names(lang)
        for form in _inflections(name, lang)
    ]
    for code, record in read_yaml("places.yaml").items():
        for group, written in record.items():
            kind = _PLACE_KINDS[group]
            for word in written:
                cased = kind != "people" and word[:1].isupper()
                terms.extend(parse_term(form, "place", f"{code}/{kind}", cased=cased) for form in _scripts(word, lang))
    return terms


def _geonames_terms(lang: str) -> list[Term]:
    """Regions and large cities, but for names of countries in the language: Armenia is a city of Colombia, too."""
    countries = {name for _, name in _country_names(lang)}
    return [term for name, term in _geonames() if name not in countries]


@functools.cache
def _geonames() -> tuple[tuple[str, Term], ...]:
    """Names with their terms, but for those that places.yaml tells already; a region goes before a city."""
    told = {
        written.removeprefix("=")
        for record in read_yaml("places.yaml").values()
        for names in record.values()
        for written in names
    }
    known = {name: code for file in ("cities.tsv", "regions.tsv") for name, code in read_table(file)}
    kept = ((name, code) for name, code in known.items() if name not in told)
    return tuple((name, parse_term(name, "place", f"{code}/place", cased=True)) for name, code in kept)


_PLACE_KINDS = {"names": "name", "people": "people", "capital": "capital", "places": "place"}


_NO_COUNTRIES = ("ZZ", "XA", "XB", "UN", "EZ", "QO")
_TOWNS = ("Granada",)
"""Names of small countries that are those of better known towns."""


def _country_names(lang: str) -> list[tuple[str, str]]:
    """(code, name) of every country in English and in `lang`, from CLDR."""
    from babel import Locale

    locales = [Locale.parse("en"), Locale.parse(lang)]
    if lang == "sr":
        locales.append(Locale.parse("sr_Latn"))
    return [
        (code, name)
        for locale in locales
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES and name not in _TOWNS
    ]


def _inflections(name: str, lang: str) -> tuple[str, ...]:
    """The name, and its stem where the language declines it."""
    if lang == "sr" and len(name) > 5:
        return (name, f"{name[:-1] if name[-1] in 'aeiouаеиоу' else name}*")
    if lang == "de":
        return (name, f"{name}s")
    return (name,)


def _name_terms() -> list[Term]:
    terms: list[Term] = []
    for kind, file in (("project", "projects.yaml"), ("organisation", "organisations.yaml")):
        for record in read_yaml(file):
            tickers = [form for ticker in record.get("tickers", ()) for form in (ticker, ticker.replace(":", ": "))]
            for form in dict.fromkeys((record["name"], *(record.get("aliases") or ()), *tickers)):
                terms.append(parse_term(form, kind, record["name"], cased=True))
    return terms


@functools.cache
def words(name: str) -> Any:
    """One of the small word lists: a list as a frozenset, a mapping as it is."""
    found = read_yaml("words.yaml")[name]
    return frozenset(found) if isinstance(found, list) else found


def supported(lang: str | None) -> bool:
    """Whether there is a lexicon for the language."""
    return lang in LANGUAGES
