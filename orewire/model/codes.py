"""The closed vocabularies of the codebook; their definitions live in nlp/data/codebook."""

from __future__ import annotations

from typing import Final

FAMILY_OF_TYPE: Final[dict[str, str]] = {
    "permit_granted": "permitting",
    "permit_denied": "permitting",
    "permit_sought": "permitting",
    "protest": "opposition",
    "opposition": "opposition",
    "support": "opposition",
    "lawsuit": "legal",
    "court_ruling": "legal",
    "strike": "labour",
    "trade_deal": "trade",
    "supply_deal": "trade",
    "trade_restriction": "trade",
    "policy": "policy",
    "investment": "corporate",
    "acquisition": "corporate",
    "discovery": "operations",
    "production": "operations",
    "shutdown": "operations",
    "accident": "operations",
}
EVENT_TYPES: Final = tuple(FAMILY_OF_TYPE)
FAMILIES: Final = tuple(dict.fromkeys(FAMILY_OF_TYPE.values()))
STATUSES: Final = ("actual", "prospective")
SALIENCES: Final = ("main", "background")
POLARITIES: Final = ("support", "oppose")
BASES: Final = ("action", "statement")
HOLDER_CLASSES: Final = (
    "community", "indigenous", "ngo", "government", "company", "investor", "union", "court", "expert", "public",
)  # fmt: skip
STAGES: Final = (
    "talks", "memorandum", "binding", "closed", "ended",
    "proposed", "adopted", "in_force", "suspended",
    "applied", "draft", "granted", "appealed", "revoked", "denied", "reinstated",
)  # fmt: skip
LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "id", "zh", "sr")
VOICES: Final = ("official", "statement", "news")
"""Who stands behind an event or speaks in an article, the weightiest first."""
