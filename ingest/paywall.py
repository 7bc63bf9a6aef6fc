"""Stubs: the first sentences of an article whose rest is for subscribers."""

from __future__ import annotations

import re
from typing import Final

_STUB: Final = 1_500
"""Characters; what is longer is worth reading, whatever the page says of itself."""
_ASKS: Final = re.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|register|become a (?:member|subscriber))\b.{0,40}"
    r"\b(?:to (?:continue|keep|read|unlock|access)|for (?:full )?access)"
    r"|(?:continue|keep) reading (?:this (?:article|story) )?(?:with|for|by)\b"
    r"|this (?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:subscribers|members)"
    r"|already a (?:subscriber|member)\?"
    r"|suscr[ií]bete (?:para|y)|contenido exclusivo para suscriptores|(?:para|solo) suscriptores"
    r"|conteúdo exclusivo para assinantes|assine (?:para|e) |já é assinante"
    r"|(?:article|contenu) réservé aux abonnés|abonnez-vous pour|déjà abonné"
    r"|(?:nur für|exklusiv für) abonnenten|jetzt (?:abonnieren|weiterlesen)|weiterlesen mit\b"
    r"|berlangganan untuk|konten (?:khusus|premium)"
    r"|订阅后(?:阅读|查看)|登录后(?:阅读|查看)|付费(?:阅读|内容)",
    re.IGNORECASE,
)


def without_asking(text: str) -> str:
    """The paragraphs that are not a request to subscribe."""
    paragraphs = text.split("\n\n")
    kept = [one for one in paragraphs if len(one) > _SHORT or not _ASKS.search(one)]
    return "\n\n".join(kept) if kept else text


_SHORT: Final = 300
"""Characters of a paragraph: a longer one may quote such words."""


def is_stub(text: str, *, is_locked: bool) -> bool:
    """Whether a text is only the beginning: short, and the page says that it is locked, or asks to subscribe."""
    return len(text) < _STUB and (is_locked or bool(_ASKS.search(text)))
