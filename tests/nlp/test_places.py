"""Countries are known by their names in every language, and by the regions that the press names."""

from __future__ import annotations

import pytest

from nlp.training.rows import read_lexicons


def countries(lang: str, sentence: str) -> set[str]:
    reading = read_lexicons(lang, "", sentence)._.reading
    return {place.key for one in reading.sentences for place in one.places}


@pytest.mark.parametrize(
    ("lang", "sentence", "code"),
    [
        ("en", "Armenia's government signed a lithium deal.", "AM"),
        ("en", "Niger's government signed a uranium deal.", "NE"),
        ("fr", "L'Équateur a signé un accord sur le cuivre.", "EC"),
        ("zh", "赤道几内亚政府签署了锂协议。", "GQ"),
        ("zh", "巴布亚新几内亚的铜矿。", "PG"),
        ("zh", "印尼的镍矿。", "ID"),
        ("pt", "A mina de ouro na Irlanda do Norte.", "GB"),
        ("de", "Die Goldmine in Schottland.", "GB"),
        ("de", "Die Lithiummine in Kalifornien.", "US"),
        ("es", "La mina de cobre en Nuevo México.", "US"),
        ("fr", "La mine d'or en Guyane.", "GF"),
        ("fr", "La mine d'or en Côte d'Ivoire.", "CI"),
    ],
)
def test_country(lang: str, sentence: str, code: str) -> None:
    """The country, and not one whose town, region or name lies within."""
    assert {code} == countries(lang, sentence)
