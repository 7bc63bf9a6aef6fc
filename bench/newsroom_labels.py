"""The sample newsroom's articles with their labels, in the format that `orewire evaluate` reads: `make accuracy`."""

from __future__ import annotations

import json
import sys

from orewire.newsroom.outlets import load_outlets


def main() -> None:
    """Write one labelled article a line to standard output."""
    for outlet in load_outlets():
        for item in outlet.articles:
            record = {
                "id": f"{outlet.id}/{item.slug}",
                "title": item.title,
                "text": item.body,
                "date": item.date.date().isoformat(),
                "lang": outlet.lang,
                **item.gold,
            }
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
