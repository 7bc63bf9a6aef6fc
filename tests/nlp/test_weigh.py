"""From sentences to events, subjects and stances: what counts, shown on readings put together by hand."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.analyzer import analyze
from nlp.document import Named, Reading, Sentence
from nlp.events import candidates_by_project
from nlp.heads import CLASS_HEADS, POLARITY_HEADS, load_heads
from nlp.minerals import minerals_of
from nlp.people import people_told
from nlp.relevance import FIGURES as RELEVANCE_FIGURES
from nlp.relevance import relevance_figures
from nlp.stances import find_holder, is_addressed
from nlp.standing import FIGURES as STANCE_FIGURES
from nlp.standing import stance_candidates
from nlp.subjects import COUNTRY, FIGURES, MINERAL, subject_figures, subjects
from nlp.training.rows import read_lexicons
from nlp.weigh import CANDIDATE, group_figures, setting_of
from nlp.weigh import FIGURES as EVENT_FIGURES
from orewire.model.analysis import Analysis


def sentence(index: int, text: str, *, title: bool = False, **more: object) -> Sentence:
    made = Sentence(index=index, start=0, end=len(text), text=text, in_title=title, words=(0,))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def reading(*sentences: Sentence) -> Reading:
    return Reading(lang="en", offset=0, published=date(2025, 1, 1), sentences=list(sentences))


def test_candidates_are_grouped_by_project() -> None:
    """Two mines, two events; a sentence that names none belongs to the first."""
    strong, weak = {"protest": CANDIDATE + 1}, {"protest": CANDIDATE - 1}
    article = reading(
        sentence(0, "Protest at Jadar", title=True, logits=strong, projects=[Named(0, 1, "Jadar")]),
        sentence(1, "Another at Kallak", logits=strong, projects=[Named(0, 1, "Kallak")]),
        sentence(2, "A quiet day", logits=weak),
    )
    groups = candidates_by_project("protest", article)
    assert {"Jadar": [0], "Kallak": [1]} == {name: [one.index for one in group] for name, group in groups.items()}
    assert {} == candidates_by_project("strike", article)


def test_figures_have_names() -> None:
    """One figure a name, for events and subjects, as the stored heads expect them."""
    article = reading(
        sentence(0, "Copper mine in Chile", title=True, logits={"protest": 1.0}, minerals=[Named(0, 1, "copper")]),
        sentence(1, "Chile again", logits={"protest": 0.0}, places=[Named(0, 1, "CL", "name")]),
    )
    figures = group_figures("protest", article.sentences, article, setting_of(article))
    assert len(EVENT_FIGURES) == len(figures) == load_heads().event.coefficients.shape[1]
    assert 1.0 == figures[EVENT_FIGURES.index("best")] == figures[EVENT_FIGURES.index("title")]
    for kind, key in ((MINERAL, "copper"), (COUNTRY, "CL")):
        assert (
            load_heads().subject.coefficients.shape[1] == len(subject_figures(kind, article, [])[key]) == len(FIGURES)
        )
    assert (
        load_heads().relevance.coefficients.shape[1]
        == len(relevance_figures(setting_of(article), []))
        == len(RELEVANCE_FIGURES)
    )


def read(title: str, text: str) -> Analysis:
    return analyze("a", title, text, published=date(2025, 11, 13))


def test_passing_mentions_are_no_subjects() -> None:
    """A country or mineral named once at the end is not what the article is about."""
    analysis = read(
        "Chile grants permit for Salar de Maricunga lithium project",
        "Chile's environment regulator granted the permit for the lithium project on Tuesday. Codelco will build the "
        "lithium plant in the Atacama region. The permit allows it to pump brine for thirty years. Hearings had "
        "taken two years. Residents of Copiapo attended. It once had an office in Tokyo, where gold jewellery is sold.",
    )
    assert ("lithium",) == analysis.minerals
    assert ("CL",) == analysis.countries


@pytest.mark.parametrize(
    ("text", "holder_class", "polarity"),
    [
        ("Residents of the valley oppose the copper mine and vow to block it.", "community", "oppose"),
        ("Environmental groups condemned the approval of the nickel mine.", "ngo", "oppose"),
        ("The miners' union welcomed the approval of the copper mine.", "union", "support"),
        ("Indigenous leaders said the lithium mine would destroy their sacred land.", "indigenous", "oppose"),
    ],
)
def test_stances(text: str, holder_class: str, polarity: str) -> None:
    """Who is for and who against, with the class of the holder and the sentence that shows it."""
    stances = read("Copper mine in Peru", text).stances
    assert (holder_class, polarity) in {(one.holder_class, one.polarity) for one in stances}
    assert all(text == stance.evidence.text for stance in stances if stance.evidence.start is not None)


def test_the_addressee_holds_nothing() -> None:
    """'They called on the ministry': the ministry is not who speaks."""
    text = "They called on the ministry to stop the mine."
    one = sentence(0, text)
    assert is_addressed(Named(text.index("ministry"), text.index("ministry") + 8, "ministry", "government"), one)
    assert not is_addressed(Named(0, 4, "They", "community"), one)


def test_a_holder_may_stand_in_the_sentence_before() -> None:
    """A quotation that goes on: the speaker was named just before."""
    before = sentence(0, "Ana Petrova said.", actors=[Named(0, 11, "Ana Petrova", "person")])
    quoted = sentence(1, "It would ruin us.")
    assert "Ana Petrova" == find_holder("community", quoted, reading(before, quoted))
    assert find_holder("community", quoted, reading(quoted)) is None


def test_stances_are_weighed_by_class_and_polarity() -> None:
    """One candidate for each class and polarity that a sentence may report, the likeliest sentence first."""
    silent = dict.fromkeys([*POLARITY_HEADS.values(), *CLASS_HEADS.values()], -9.0)
    loud = {**silent, "stance oppose": 2.0, "held by ngo": 2.0, "held by union": -1.0}
    faint = {**silent, "stance oppose": -1.0, "held by ngo": 0.0}
    article = reading(sentence(0, "Faint.", logits=faint), sentence(1, "Loud.", logits=loud))
    candidates = {(one.holder_class, one.polarity): one for one in stance_candidates(article)}
    assert {("ngo", "oppose"), ("union", "oppose")} == set(candidates)
    assert [1, 0] == [one.index for _, one in candidates["ngo", "oppose"].sentences]
    assert load_heads().stance.coefficients.shape[1] == len(candidates["ngo", "oppose"].figures) == len(STANCE_FIGURES)
    assert [] == list(stance_candidates(reading(sentence(0, "Silent.", logits=silent))))


def test_people_are_known_by_their_surname() -> None:
    """Told once what somebody is, the surname alone is enough; the more telling word counts."""
    doc = read_lexicons(
        "en",
        "",
        "The mine would dry wells, said Ana Tsialova, president of the growers' union. Ms Tsialova wants it stopped.",
    )
    assert {"Tsialova": "union"} == doc._.reading.people
    assert [["union"], ["union"]] == [people_told(one, doc._.reading) for one in doc._.reading.sentences]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Swimmer wins gold",
            "She took gold in the 200 metres on Friday and silver a day later, ahead of the favourite.",
        ),
        ("Gold steadies", "Gold prices steadied on Monday as the dollar eased; silver rose 0.4% and copper fell 1%."),
        (
            "Parliament bans plastic bags",
            "Parliament on Tuesday approved a ban on plastic bags despite protests by shops.",
        ),
    ],
    ids=["medal", "prices", "another matter"],
)
def test_what_is_not_relevant_has_no_events(title: str, text: str) -> None:
    """Minerals in passing, prices, and the same verbs about other things."""
    analysis = read(title, text)
    assert (False, (), ()) == (analysis.relevant, analysis.events, analysis.stances)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        (
            "KIRUNA, March 7 - Norrfjell Metall AB said it has halted production at its copper mine.",
            "Norrfjell Metall AB",
        ),
        ("The licence of the nickel mine was revoked by the environment ministry on Monday.", "environment ministry"),
        ("Eleven herders blocked the road to the copper mine on Monday.", "Eleven herders"),
    ],
    ids=["behind a dateline and a pronoun", "passive", "common noun"],
)
def test_actors(text: str, actor: str) -> None:
    """Who acts, from the parse."""
    assert actor.lower() in {str(event.actor).lower() for event in read("", text).events}


@pytest.mark.parametrize(
    ("text", "minerals"),
    [
        ("Corp Falconbridge Copper found gold.", {"gold"}),
        ("Renison Goldfields Consolidated Ltd mines tin.", {"tin"}),
        ("Resolution Copper Mining LLC wants copper.", {"copper"}),
        ("Copper Mining in Chile.", {"copper"}),
        ("PT Gag Nikel dug.", set()),
    ],
)
def test_a_mineral_in_a_companys_name_is_none(text: str, minerals: set[str]) -> None:
    """It says who, not what: the mineral counts where the text names it as a material."""
    (one,) = read_lexicons("en", "", text)._.reading.sentences
    assert minerals == set(minerals_of(one))


def test_a_long_list_names_no_mineral_in_particular() -> None:
    """'The final list of critical minerals' is about none of the fifty; a short one is about each."""
    few = "Quotas hold for gallium, germanium and antimony."
    many = f"{few[:-1]}, tin, tungsten, cobalt, nickel, lithium, copper, zinc, graphite, vanadium and niobium."
    short, long = (read_lexicons("en", "", text)._.reading.sentences[0] for text in (few, many))
    assert ("gallium", "germanium", "antimony") == minerals_of(short)
    assert () == minerals_of(long)


def test_a_paper_that_names_no_country_means_its_own() -> None:
    """What Indonesian tells without a country happens in Indonesia; English is written everywhere."""
    for lang, found in (("id", ("ID",)), ("en", ())):
        article = reading(sentence(0, "Tambang", logits={"protest": 1.0}))
        article.lang = lang
        assert found == subjects(COUNTRY, article, [])
