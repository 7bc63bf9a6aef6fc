"""Who speaks in an article: an authority, a party, or the press."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice import is_release, voice_of, with_voice
from orewire.model.article import Article
from orewire.model.codes import VOICES

NOW = datetime(2025, 11, 14, tzinfo=UTC)
REPORT = "The ministry granted the licence on Tuesday, three officials said."


def article(
    url: str | None = "https://paper.example/a", *, title: str = "Licence granted", text: str = REPORT
) -> Article:
    return Article(id="a", url=url, title=title, text=text, lang="en", published=None, fetched=NOW, source="Paper")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.blm.gov/press-release/x", "https://www.gob.pe/minem/noticias", "https://www.esdm.go.id/en/a",
        "https://www.economie.gouv.fr/x", "https://www.beehive.govt.nz/release/x", "https://www.gov.br/anm/x",
        "https://ec.europa.eu/commission/x", "https://iaac-aeic.gc.ca/050/x", "https://www.gov.uk/news/x",
        "https://www.ministeriodemineria.gub.uy/a", "https://www.federalregister.gov/d/1",
    ],
)  # fmt: skip
def test_hosts_of_states_are_official(url: str) -> None:
    """Whatever the language of their name."""
    assert "official" == voice_of(article(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.globenewswire.com/news-release/x", "https://www.prnewswire.com/x", "https://www.businesswire.com/x",
        "https://www.newsfilecorp.com/release/1", "https://www.eqs-news.com/x", "https://www.sec.gov/Archives/edgar/data/1",
    ],
)  # fmt: skip
def test_wires_and_desks_of_companies_are_statements(url: str) -> None:
    """Also where a company speaks at an authority's address."""
    assert "statement" == voice_of(article(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://gov.example.com/a", "https://notgov.uk.example/a", "https://go.com/a", "https://mygovernment.org/a",
        "https://notsec.gov.example/Archives/edgar", "https://businesswire.com.evil.example/a", "https://example.go/a",
        "https://paper.example/gov.uk", "https://[::1]/a", "https://x..gov..example/", None,
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_news(url: str | None) -> None:
    """A name is compared label by label from its end."""
    assert "news" == voice_of(article(url))


@pytest.mark.parametrize(
    "text",
    [
        f"VANCOUVER, British Columbia, Nov. 12, 2025 (GLOBE NEWSWIRE) -- Acme Lithium Corp. announces: {REPORT}",
        f"RENO, Nev., Nov. 12, 2025 /PRNewswire/ -- {REPORT}",
        f"TORONTO--(BUSINESS WIRE)--{REPORT}",
        f"Toronto, Ontario--(Newsfile Corp. - November 12, 2025) - {REPORT}",
        f"EQS-News: Acme AG / Schlagwort: Studie\n{REPORT}",
        f"MONTREAL, Nov. 12, 2025 /CNW Telbec/ - {REPORT}",
        f"FOR IMMEDIATE RELEASE\n\n{REPORT}",
        f"Zur sofortigen Veröffentlichung\n\n{REPORT}",
        f"{REPORT}\n\nAbout Acme Lithium\nAcme is a company.\n\nThis release contains forward-looking statements.",
        f"{REPORT}\n\nÜber Acme Lithium AG\nAcme baut ab.\n\nZukunftsgerichtete Aussagen sind unsicher.",
        f"{REPORT}\n\nAcerca de Minera Acme\nAcme extrae.\n\nEste texto contiene declaraciones prospectivas.",
    ],
)
def test_a_release_is_known_by_its_marks(text: str) -> None:
    """Wherever it is printed."""
    assert "statement" == voice_of(article(text=text))


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        f"{REPORT * 20} The company said so in a release (GLOBE NEWSWIRE) on Monday.",
        f"{REPORT}\n\nAbout 300 people protested.\n\nIt warned of forward-looking statements.",
        f"{REPORT}\n\nAbout Acme Lithium\nAn explainer of ours.",
        f"{REPORT} Analysts distrust forward-looking statements.",
    ],
)
def test_a_report_that_quotes_a_release_is_news(text: str) -> None:
    """One mark of the end alone, or a wire named far from the beginning, is none."""
    assert "news" == voice_of(article(text=text))


def test_the_surest_sign_decides() -> None:
    """The configuration of a feed goes before all else, the kind of source and the host before the text."""
    release = article("https://www.blm.gov/x", text=f"FOR IMMEDIATE RELEASE\n{REPORT}")
    assert "news" == with_voice(release, kind="federal_register", configured="news").voice
    assert "official" == with_voice(article(text=release.text), kind="federal_register").voice
    assert "official" == with_voice(article(), kind="eu_press").voice
    assert "official" == voice_of(release)


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=80))
def test_any_text_has_a_voice(title: str, text: str, url: str) -> None:
    """Whatever it is, it is answered, and always the same."""
    one = article(url, title=title, text=text)
    assert voice_of(one) in VOICES
    assert voice_of(one) == voice_of(one)
    assert is_release(f"{title} (GLOBE NEWSWIRE)", text)
