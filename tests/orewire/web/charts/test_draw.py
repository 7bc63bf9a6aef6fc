"""What was drawn is kept, and only one picture is drawn at a time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from orewire.web.charts.draw import Drawing, Gallery, Spec


def drawing(name: str) -> Drawing:
    return Drawing(spec={"width": 1}, title=name)


def test_the_same_picture_is_drawn_once() -> None:
    """However many ask for it at the same time."""
    drawn: list[str] = []

    def draw(spec: Spec, title: str) -> bytes:
        time.sleep(0.02)
        drawn.append(title)
        return title.encode()

    gallery = Gallery(draw=draw)
    with ThreadPoolExecutor(8) as pool:
        assert [b"a"] * 8 == list(pool.map(lambda _: gallery.get(drawing("a")), range(8)))
    assert ["a"] == drawn


def test_one_at_a_time() -> None:
    """The processor is for those who ask questions, too."""
    busy, most = threading.Semaphore(1), []

    def draw(spec: Spec, title: str) -> bytes:
        most.append(busy.acquire(blocking=False))
        time.sleep(0.005)
        busy.release()
        return b"x"

    gallery = Gallery(draw=draw)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: gallery.get(drawing(str(number))), range(12)))
    assert [True] * 12 == most


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40), st.integers(0, 30))
def test_what_is_kept_has_room(asked: list[str], room: int) -> None:
    """Each answer is right, and no more is kept than there is room for."""
    gallery = Gallery(draw=lambda spec, title: title.encode() * 7, room=room)
    for name in asked:
        assert name.encode() * 7 == gallery.get(drawing(name))
        assert sum(map(len, gallery._kept.values())) <= room


def test_what_was_asked_for_last_stays() -> None:
    """The one that nobody asked for longest goes first."""
    drawn: list[str] = []

    def draw(spec: Spec, title: str) -> bytes:
        drawn.append(title)
        return b"12345"

    gallery = Gallery(draw=draw, room=10)
    for name in "abacab":
        gallery.get(drawing(name))
    assert ["a", "b", "c", "b"] == drawn


def test_keys_tell_pictures_apart() -> None:
    """By their parts and their words."""
    keys = {drawing("a").key, drawing("b").key, Drawing(spec={"width": 2}, title="a").key}
    assert 3 == len(keys)
    assert drawing("a").key == drawing("a").key
