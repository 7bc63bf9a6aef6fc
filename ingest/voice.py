"""Who speaks in an article: an authority (`official`), a party to the matter (`statement`), or the press (`news`).

Decided by what is known of the source, the surest first: what the user says of the feed, the kind of source, the host,
the marks that a press release bears.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from orewire.model.article import Article

_OFFICIAL_KINDS: Final = frozenset({"federal_register", "eu_press"})
_OFFICIAL_HOSTS: Final = (
    "europa.eu", "canada.ca", "gc.ca", "gov.uk", "admin.ch", "bund.de", "gub.uy", "government.nl", "regjeringen.no",
    "government.se", "regeringen.se", "valtioneuvosto.fi", "bmwk.de", "bundesregierung.de", "overheid.nl",
    "quebec.ca", "wto.org",
)  # fmt: skip
"""Authorities whose names do not tell that they are one."""
_STATE: Final = frozenset({"gov", "govt", "gob", "gouv", "gub", "go", "mil", "government"})
"""Second-level names that states keep for themselves: gob.pe, gouv.fr, go.id, govt.nz, gov.br."""
_WHOLE: Final = frozenset({"gov", "gob", "gouv"})
"""Those of them that are a site by themselves, too: gob.pe."""
_OWN_WORD_HOSTS: Final = (
    "globenewswire.com", "prnewswire.com", "prnewswire.co.uk", "prnasia.com", "businesswire.com", "accesswire.com",
    "accessnewswire.com", "newsfilecorp.com", "newswire.ca", "newswire.com", "thenewswire.com", "einpresswire.com",
    "eqs-news.com", "eqs.com", "dgap.de", "presseportal.de", "ots.at", "marketwired.com", "pressat.co.uk",
    "londonstockexchange.com", "investegate.co.uk", "asx.com.au", "hkexnews.hk", "sedarplus.ca", "sedar.com",
    "mfn.se", "news.cision.com",
)  # fmt: skip
"""Wires of press releases, and the desks where listed companies must report."""
_COMPANY_DESKS: Final = (("sec.gov", "/archives/edgar"), ("sec.gov", "/ix"))
"""Parts of an authority's site where companies speak."""

_HEAD: Final = 700
"""Characters: a release says at its beginning what it is, a report that quotes one says it later."""
_DATELINE: Final = re.compile(
    r"\((?:GLOBE ?NEWSWIRE|BUSINESS WIRE|ACCESS ?(?:NEWS)?WIRE|Newsfile Corp|TheNewswire|Marketwired|EQS)\b[^)]{0,80}\)"
    r"|/(?:PR ?Newswire|CNW|EQS|PRNewswire-\w+)(?:\s+Telbec)?/"
    r"|\b(?:EQS-(?:News|Adhoc)|DGAP-(?:News|Adhoc)|ACCESSWIRE)\b ?[:/]",
    re.IGNORECASE,
)
_RELEASE: Final = re.compile(
    r"\b(?:for immediate release|para (?:su )?publicación inmediata|para divulgação imediata"
    r"|pour (?:diffusion|publication) immédiate|zur sofortigen veröffentlichung)\b",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"^\W{0,4}(?:About|Über|Acerca de|Sobre(?: a| o)?|À propos de|A propos de|Tentang) [^\W\d_a-z][^\n]{1,80}$",
    re.MULTILINE,
)
_OUTLOOK: Final = re.compile(
    r"forward[- ]looking (?:statement|information)|zukunftsgerichtete|(?:declaraciones|manifestaciones) prospectivas"
    r"|(?:énoncés|déclarations) prospecti|declarações prospectivas",
    re.IGNORECASE,
)


def with_voice(article: Article, *, kind: str | None = None, configured: str | None = None) -> Article:
    """The article, with who speaks in it; `kind` and `configured` are those of its feed, where there is one."""
    return replace(article, voice=configured or voice_of(article, kind))


def voice_of(article: Article, kind: str | None = None) -> str:
    """`official`, `statement` or `news`, as source, host and text tell."""
    told = "official" if kind in _OFFICIAL_KINDS else _of_address(article.url or "")
    if told == "news" and is_release(article.title, article.text):
        return "statement"
    return told


def is_release(title: str, text: str) -> bool:
    """Whether a text bears the marks of a press release: a wire's dateline, or how releases begin and end."""
    head = f"{title}\n{text[:_HEAD]}"
    if _DATELINE.search(head) or _RELEASE.search(head):
        return True
    return bool(_OUTLOOK.search(text) and _ABOUT.search(text))


def _of_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, path = (parts.hostname or "").rstrip("."), parts.path.lower()
    except ValueError:
        return "news"
    if _is_of(host, _OWN_WORD_HOSTS) or any(
        _is_of(host, (name,)) and path.startswith(start) for name, start in _COMPANY_DESKS
    ):
        return "statement"
    return "official" if _is_of(host, _OFFICIAL_HOSTS) or _is_of_state(host) else "news"


def _is_of(host: str, names: tuple[str, ...]) -> bool:
    """Whether the host is one of these or below one: `www.sec.gov`, but not `notsec.gov`."""
    return any(host == name or host.endswith(f".{name}") for name in names)


def _is_of_state(host: str) -> bool:
    """`blm.gov`, `mem.gob.pe`, `esdm.go.id`; not `gov.example.com`, and not `go.com`."""
    labels = host.split(".")
    if labels[-1] in ("gov", "mil"):
        return len(labels) > 1
    return (
        len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in _STATE and (len(labels) > 2 or labels[-2] in _WHOLE)
    )
