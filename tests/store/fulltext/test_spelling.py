"""One spelling for each text, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.fulltext.spelling import GROUPS, group_of, respell, respell_with_places


@pytest.mark.parametrize(
    ("lang", "text", "group"),
    [
        ("en", "Protesters block the lithium mine", "en"),
        ("pt-BR", "Moradores protestam", "pt"),
        ("sr", "Протест у Лозници", "sr"),
        ("hr", "Prosvjed protiv rudnika", "sr"),
        ("id", "Warga menolak tambang", "other"),
        ("mg", "Fitrandrahana", "other"),
        (None, "Protesters", "other"),
        ("zh", "智利锂矿工人罢工", "zh"),
        (None, "智利锂矿工人罢工", "zh"),
        ("ja", "リチウム鉱山の労働者がストライキ", "zh"),
        ("en", "Ganfeng (赣锋锂业) said on Monday that it would buy a stake in the mine in Mali.", "en"),
    ],
)
def test_groups(lang: str | None, text: str, group: str) -> None:
    """By language, but what is written without spaces is read so whatever its language is said to be."""
    assert group == group_of(lang, text)


@pytest.mark.parametrize(
    ("written", "group", "spelled"),
    [
        ("Љубав и џунгла", "sr", "Ljubav i džungla"),
        ("Минерал", "other", "Минерал"),
        ("mineri\u0301a", "es", "minería"),
        ("min\u00ading", "en", "mining"),
    ],
)
def test_respells(written: str, group: str, spelled: str) -> None:
    """Serbian in Latin letters, accents composed, soft hyphens gone."""
    assert spelled == respell(written, group)
    assert spelled == respell_with_places(written, group)[0]


_TEXTS = st.text(st.sampled_from("aZ ée\u0301\u0302њЉџ锂\u00ad\u200bñ.\n😀"), max_size=40)


@given(_TEXTS, st.sampled_from(GROUPS))
def test_every_letter_knows_where_it_comes_from(text: str, group: str) -> None:
    """What stands in the original at a letter's places is spelled like a piece that holds the letter."""
    spelled, places = respell_with_places(text, group)
    if places is None:
        assert spelled == text
        return
    starts, ends = places
    assert len(spelled) == len(starts) == len(ends)
    assert sorted(starts) == list(starts)
    for letter, start, end in zip(spelled, starts, ends, strict=True):
        assert letter in respell(text[start:end], group)
