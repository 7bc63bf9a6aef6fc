"""Columns of a page: where to read, and in which order, when a program has drawn them row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from math import isfinite
from statistics import median
from typing import Final

Box = tuple[float, float, float, float]
"""left, bottom, right, top in points, from the lower left corner of the page."""
Gutter = tuple[float, float]
_MIN_ROWS: Final = 6
_MIN_GUTTER: Final = 8
"""Points: a space between words is 3, between columns 12 to 30."""
_WIDTHS: Final = (150, 5_000)
_MIDDLE: Final = (0.25, 0.75)
_CROSSED: Final = 0.25
"""Part of the rows that may run over both columns: titles, captions, the foot."""
_LEVELS: Final = 5
"""The strips that are crossed least are looked at first; a page number may stand in the best of them."""
_FULL: Final = 0.75
"""Lines of prose fill their column; the cells of a table, which is read row by row, do not."""


def reading_regions(boxes: Sequence[Box]) -> list[Box]:
    """The regions to read in turn, from boxes in the order in which they are drawn; none where that order will do."""
    boxes = [box for box in boxes if all(map(isfinite, box)) and box[0] < box[2] and box[1] < box[3]]
    rows = _rows(boxes)
    gutter = _gutter(rows) if len(rows) >= _MIN_ROWS else None
    if gutter is None or not _is_prose(rows, gutter) or not _is_drawn_across(boxes, gutter):
        return []
    regions = _bands(rows, gutter)
    return [part for region in regions for part in (reading_regions(_within(boxes, region)) or [region])]


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes that stand on one line, from the top of the page down."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: -box[3]):
        if rows and (box[1] + box[3]) / 2 > rows[-1][0][1]:
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _gutter(rows: list[list[Box]]) -> Gutter | None:
    """The widest of the upright strips near the middle that the fewest rows cross."""
    left, _, right, _ = _around(box for row in rows for box in row)
    width = right - left
    if not _WIDTHS[0] <= width <= _WIDTHS[1]:
        return None
    changes = [0] * (int(width) + 3)
    for box in (box for row in rows for box in row):
        changes[int(box[0] - left)] += 1
        changes[int(box[2] - left) + 1] -= 1
    crossings = list(accumulate(changes))
    places = range(int(width * _MIDDLE[0]), int(width * _MIDDLE[1]))
    for allowed in sorted({crossings[place] for place in places})[:_LEVELS]:
        widest = _widest_strip(crossings, places, allowed)
        if allowed <= len(rows) * _CROSSED and len(widest) >= _MIN_GUTTER:
            return left + widest[0], left + widest[-1] + 1
    return None


def _widest_strip(crossings: list[int], places: range, allowed: int) -> list[int]:
    strips = groupby(places, key=lambda place: crossings[place] <= allowed)
    return max((list(strip) for is_free, strip in strips if is_free), key=len, default=[])


def _is_prose(rows: list[list[Box]], gutter: Gutter) -> bool:
    """Whether the lines on both sides are mostly as long as their column is wide."""
    split = [row for row in rows if not _crosses(row, gutter)]
    for side in (0, 1):
        lines = [_around(line) for row in split if (line := [box for box in row if _side(box, gutter) == side])]
        if len(lines) < _MIN_ROWS:
            return False
        widths = [line[2] - line[0] for line in lines]
        if median(widths) < _FULL * max(widths):
            return False
    return True


def _is_drawn_across(boxes: Sequence[Box], gutter: Gutter) -> bool:
    """Whether the order goes back from the right column to the left time and again."""
    sides = [_side(box, gutter) for box in boxes if not _crosses([box], gutter)]
    returns = sum(before > after for before, after in pairwise(sides))
    rows = len(_rows([box for box in boxes if _side(box, gutter)]))
    return returns * 2 >= rows


def _bands(rows: list[list[Box]], gutter: Gutter) -> list[Box]:
    """What runs over both columns whole, what stands between such rows column by column."""
    regions = []
    middle = sum(gutter) / 2
    for is_whole, group in groupby(rows, key=lambda row: _crosses(row, gutter)):
        left, bottom, right, top = _around(box for row in group for box in row)
        if is_whole:
            regions.append((left, bottom, right, top))
        else:
            regions += [(min(left, middle), bottom, middle, top), (middle, bottom, max(right, middle), top)]
    return regions


def _crosses(row: Sequence[Box], gutter: Gutter) -> bool:
    return any(box[0] < gutter[1] - 1 and box[2] > gutter[0] + 1 for box in row)


def _side(box: Box, gutter: Gutter) -> int:
    return int(box[0] + box[2] > sum(gutter))


def _within(boxes: Sequence[Box], region: Box) -> list[Box]:
    left, bottom, right, top = region
    return [box for box in boxes if left <= box[0] and box[2] <= right and bottom <= box[1] and box[3] <= top]


def _around(boxes: Sequence[Box] | Iterator[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
