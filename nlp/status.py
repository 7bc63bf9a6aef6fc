"""How far a deal, a policy or a permit has come."""

from __future__ import annotations

from nlp.codebook import EventType
from nlp.document import Sentence


def find_stage(event_type: EventType, sentence: Sentence) -> str | None:
    """The first of the type's stages whose words stand in the sentence."""
    for stage in event_type.stages:
        if sentence.has((f"stage_{stage}",)):
            return stage
    return None
