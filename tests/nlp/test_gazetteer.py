"""Mines by name: those written in by hand, and the sites of the world."""

from __future__ import annotations

import pytest

from nlp.analyzer import analyze
from nlp.lexicon import DATA, find_site, projects, read_yaml
from nlp.training.build_sites import merge, place_unplaced, read_row
from nlp.training.rows import read_lexicons

ROW = {"country": "Chile", "region": "", "latitude": "-27.8", "longitude": "-69.2", "commodities": "cu;g/t au;% mo"}


def test_gazetteer_is_large() -> None:
    """At least 300 projects of today by hand, with coordinates and minerals, and 15,000 sites by script."""
    by_hand = read_yaml("projects.yaml")
    assert len(by_hand) >= 300
    assert all(project.at and project.minerals for project in projects().values())
    assert len(DATA.joinpath("sites.tsv").read_text(encoding="utf-8").splitlines()) > 15_000


@pytest.mark.parametrize("written", ["Cerro Casale", "cerro casale", "Cerro Cásale"])
def test_sites_are_found_whatever_case_and_accents(written: str) -> None:
    """As newspapers and registers write them."""
    site = find_site(written)
    assert site is not None
    assert ("Cerro Casale", ("CL",)) == (site.name, site.countries)


def test_a_site_gives_its_country_where_the_text_gives_none() -> None:
    """No country in the text: the gazetteer knows where the mine lies."""
    analysis = analyze("1", "", "The regulator approved the expansion of the Cerro Casale gold mine on Monday.")
    assert ("CL",) == analysis.countries


def test_the_text_goes_before_the_gazetteer() -> None:
    """Another mine of the same name: the country that the text names is right."""
    analysis = analyze("1", "", "Ghana approved the expansion of the Cerro Casale gold mine near Tarkwa on Monday.")
    assert all("GH" in event.countries and "CL" not in event.countries for event in analysis.events)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("(Facility) Luilu Copper Smelter", ["Luilu Copper"]),
        ("North Star Mine,Moneymaker", ["North Star", "Moneymaker"]),
        ("Bernie , 2, 3", ["Bernie"]),
        ("Unnamed Prospect", []),
        ("Sec 12 T3N", []),
    ],
)
def test_names_are_cleaned(written: str, names: list[str]) -> None:
    """Lists, numbers, brackets and words that every mine has are no part of a name."""
    assert names == [site.name for site in read_row({**ROW, "name": written})]


def test_minerals_are_canonical() -> None:
    """Symbols and grades become names."""
    (site,) = read_row({**ROW, "name": "Casale"})
    assert ("copper", "gold", "molybdenum") == site.minerals


def test_unplaced_sites_lie_with_their_neighbours() -> None:
    """Within a degree; else nothing is said."""
    sites = [one for name in ("Known", "Lost") for one in read_row({**ROW, "name": name})]
    lost = list(read_row({**ROW, "name": "Lost", "country": "", "latitude": "-28.5"}))
    far = list(read_row({**ROW, "name": "Faraway", "country": "", "latitude": "10"}))
    assert ["CL", None] == [site.country for site in place_unplaced([*sites, *lost, *far])[-2:]]


def test_a_name_shared_by_countries_means_none() -> None:
    """Of two mines of one name in two countries the gazetteer keeps neither."""
    here, there = (
        one for country in ("Chile", "Peru") for one in read_row({**ROW, "name": "Casale", "country": country})
    )
    assert [] == merge([here, there])
    assert ["CL"] == [site.country for site in merge([here, here])]


@pytest.mark.parametrize("written", ["ASX:LYC", "ASX: LYC"])
def test_companies_are_known_by_their_tickers(written: str) -> None:
    """Exchange and symbol name the company."""
    reading = read_lexicons("en", "", f"The miner ({written}) signed an offtake agreement for NdPr oxide.")._.reading
    assert ["Lynas"] == [actor.key.split(" ")[0] for actor in reading.sentences[0].actors]
