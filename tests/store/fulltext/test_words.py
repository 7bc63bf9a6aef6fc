"""Words are found in every language, whatever their case, accents, endings and script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from store.connection import open_database
from store.local import LocalStore
from tests.store.conftest import NOW, article
from tests.store.fulltext.conftest import Write, found, hits, marked, written

TEXTS = {
    "en": ("Rio Tinto wins Jadar case", "Mining permits were granted; protesters marched on the ministry."),
    "es": ("Protestas contra la minería", "Las comunidades rechazan la explotación de litio en Jujuy."),
    "pt": ("Licença suspensa em Minas", "O tribunal suspendeu as licenças da mineradora."),
    "fr": ("Une mine contestée", "Les manifestations se poursuivent près des gisements."),
    "de": ("Genehmigungen für Kupferminen", "Die Behörden erteilten Lizenzen für den Bergbau."),
    "id": ("Warga menolak tambang nikel", "Pemerintah mencabut izin perusahaan di Morowali."),
    "zh": ("智利锂矿工人罢工", "工人周一开始罢工，要求提高工资。赣锋锂业Ganfeng表示关注。"),
    "sr": ("Протест у Лозници због литијума", "Људи су протестовали против рудника. Ђорђе и Његош."),
    "hr": ("Prosvjed zbog rudnika", "Građani traže obustavu."),
    "mg": ("Fitrandrahana", "Kopari sy grafita any Madagasikara."),
    None: ("Tanpa bahasa", "Nobody knows which tongue this is: Zinnwald."),
}


@pytest.fixture
def texts(write: Write) -> None:
    for lang, (title, text) in TEXTS.items():
        write(str(lang), title, text, lang)


@pytest.mark.parametrize(
    ("query", "lang", "words"),
    [
        ("PERMIT", "en", ["permits"]),
        ("marching", "en", ["marched"]),
        ("EXPLOTACION", "es", ["explotación"]),
        ("comunidad", "es", ["comunidades"]),
        ("licenca", "pt", ["Licença", "licenças"]),
        ("manifestation", "fr", ["manifestations"]),
        ("Lizenz", "de", ["Lizenzen"]),
        ("behorde", "de", ["Behörden"]),
        ("nikel", "id", ["nikel"]),
        ("锂矿", "zh", ["锂矿"]),
        ("罢工", "zh", ["罢工", "罢工"]),
        ("ganfeng", "zh", ["Ganfeng"]),
        ("赣锋锂业", "zh", ["赣锋锂业"]),
        ("литијума", "sr", ["литијума"]),
        ("litijuma", "sr", ["литијума"]),
        ("ljudi", "sr", ["Људи"]),
        ("djordje OR đorđe", "sr", ["Ђорђе"]),
        ("Njegos", "sr", ["Његош"]),
        ("просвјед", "hr", ["Prosvjed"]),
        ("gradani", "hr", ["Građani"]),
        ("madagasikara", "mg", ["Madagasikara"]),
        ("zinnwald", None, ["Zinnwald"]),
        ("genehm*", "de", ["Genehmigungen"]),
        ("протестов*", "sr", ["протестовали"]),
        ("mannifestation~2", "fr", ["manifestations"]),
        ("moroawli~", "id", ["Morowali"]),
    ],
)
@pytest.mark.usefixtures("texts")
def test_each_language(store: LocalStore, query: str, lang: str | None, words: list[str]) -> None:
    """The one article is found, and what is highlighted are the characters as they were written."""
    (hit,) = hits(store, query)
    assert lang == hit.lang
    assert words == marked(hit.title) + marked(hit.snippet)


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("query", ["矿锂", "not", "protokoll", "zin", "孵化"])
def test_what_is_not_there(store: LocalStore, query: str) -> None:
    """Is not found: characters in another order, stems of another language, parts of words."""
    assert [] == found(store, query)


ORES = {
    "both": "Lithium and cobalt were found near the river, said the survey.",
    "lithium": "The survey found lithium. A rare bird nests in the earth there.",
    "rare": "Rare earths were found; the survey says so.",
}


@pytest.fixture
def ores(write: Write) -> None:
    for title, text in ORES.items():
        write(title, f"{title} things", text)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("lithium cobalt", ["both"]),
        ("lithium AND survey", ["both", "lithium"]),
        ("cobalt OR bird", ["both", "lithium"]),
        ("survey -cobalt", ["lithium", "rare"]),
        ("NOT lithium", ["rare"]),
        ("(cobalt OR bird) NOT river", ["lithium"]),
        ('"rare earth"', ["rare"]),
        ('"earth rare"', []),
        ('"found cobalt"', []),
        ('"lithium cobalt"~1', ["both"]),
        ('"rare earth"~5', ["lithium", "rare"]),
        ("title:lithium", ["lithium"]),
        ("title:(lithium OR rare)", ["lithium", "rare"]),
        ("title:lith*", ["lithium"]),
        ("source:outlet", ["both", "lithium", "rare"]),
        ('source:"outlet of rare"', ["rare"]),
        ("lang:en survey", ["both", "lithium", "rare"]),
        ("lang:fr survey", []),
        ("cob* bird", []),
        ("litium~ bird", ["lithium"]),
        ("survey & cobalt", ["both"]),
        ("-&- cobalt", ["both"]),
    ],
)
@pytest.mark.usefixtures("ores")
def test_how_words_are_put_together(store: LocalStore, query: str, titles: list[str]) -> None:
    """Words, phrases, AND, OR, NOT, parentheses, fields, beginnings, misspellings; what is no word is passed over."""
    assert titles == sorted(title.removesuffix(" things") for title in found(store, query))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("& — …", "no word"),
        ("NOT &", "no word"),
        ("x" * 200, "no word"),
        ("l*", "at least 2 letters"),
        ("li~", "at least 3 letters"),
        ("lith~2", "at least 5 letters"),
        ("rare-earth*", "one word"),
        ("lang:English-speaking?", "lang:es"),
        ("lithium OR", "nothing at its end"),
    ],
)
def test_what_means_nothing_is_refused(store: LocalStore, query: str, told: str) -> None:
    """By the search, and by the text filter of every other question."""
    for ask in (store.search, store.find_events, store.count_events, store.get_trend):
        with pytest.raises(UsageError, match=told):
            ask(Filters(text=query))


def test_a_rare_language_is_no_worse(write: Write, store: LocalStore) -> None:
    """The only Serbian article among many English ones comes first when it tells most of what is asked for."""
    for number in range(60):
        write(f"en{number}", f"Market report {number}", "Shares rose. Jadar was named once. " + "Prices moved. " * 20)
    write("sr", "Jadar", "Jadar, uvek Jadar: sve o projektu Jadar. " + "Cene su se kretale. " * 20, "sr")
    assert "Jadar" == found(store, "jadar")[0]


_PIECES = (
    "(", ")", '"', "OR ", "AND ", "NOT ", "-", "~", "~2 ", "* ", "title:", "source:", "lang:", "lithium", "锂", "Љ",
    "ab", " ", "\x00", "\ud800", "ǅ", "İ", "\u0301", "é" * 100, "%", "'", "\\", "/x/", "[a TO b]", "^2", "{}",
)  # fmt: skip
_TYPED = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))


@pytest.fixture(scope="module")
def some_articles() -> LocalStore:
    from store.articles import add_article

    connection = open_database(None)
    for lang, (title, text) in TEXTS.items():
        add_article(connection, written(str(lang), title, text, lang), NOW)
    add_article(connection, article("long", text="lithium ab é " * 9000), NOW)
    return LocalStore(connection)


@settings(max_examples=300, deadline=None)
@given(_TYPED)
def test_nothing_that_is_typed_breaks_it(some_articles: LocalStore, typed: str) -> None:
    """It is answered, or refused with words; and highlights lie within their passages, in order and apart."""
    try:
        page = some_articles.search(Filters(text=typed))
    except UsageError as error:
        assert str(error).startswith("text: found")
        return
    for hit in page.hits:
        for excerpt in (hit.title, hit.snippet):
            ends = [0, *(place for one in excerpt.highlights for place in one), len(excerpt.text)]
            assert sorted(ends) == ends
            assert all(start < end for start, end in excerpt.highlights)
