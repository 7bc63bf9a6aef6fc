"""PDF by Typst, the one door to it: one wheel, no browser and no libraries of the system, real typesetting.

What is told goes in as data (JSON) and never as code, so that nothing in it is markup. Typst's own fonts have Latin,
Greek and Cyrillic letters; others are taken from those of the system.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from orewire.model.errors import UsageError


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """A PDF made of a template of ours, pictures in SVG; UsageError without the extra `pdf`."""
    try:
        import typst
    except ImportError as error:
        raise UsageError("format: found pdf, expected the extra: pip install 'orewire[pdf]'") from error
    source = resources.files("orewire.digest").joinpath("templates", template).read_bytes()
    files = {"main.typ": source, "data.json": json.dumps(data, ensure_ascii=False).encode(), **_encoded(pictures)}
    compile_files: Any = typst.compile  # its stub knows no files in memory
    return bytes(compile_files(files, format="pdf"))


def _encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}
