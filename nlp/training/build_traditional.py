"""Traditional Chinese characters with their simplified forms, from OpenCC (Apache-2.0): nlp/data/traditional.txt.

Run where the package opencc is installed: `python -m nlp.training.build_traditional`.
"""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "traditional.txt"
_FIRST, _LAST = 0x4E00, 0x9FFF


def main() -> None:
    """Write two lines, the characters of the one above those of the other."""
    import opencc

    converter = opencc.OpenCC("t2s")
    converted = {char: converter.convert(char) for char in map(chr, range(_FIRST, _LAST + 1))}
    changed = {char: simple for char, simple in converted.items() if simple != char and len(simple) == 1}
    _FILE.write_text(f"{''.join(changed)}\n{''.join(changed.values())}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
