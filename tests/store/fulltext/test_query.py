"""What people type becomes a tree, or a refusal that says what was wrong where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from store.fulltext.query import All, Either, Node, Not, Words, parse_query


def words(text: str, **how: object) -> Words:
    return Words(text=text, **how)  # type: ignore[arg-type]


A, B, C = words("a"), words("b"), words("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("lithium", words("lithium")),
        ("a b", All((A, B))),
        ("a AND b", All((A, B))),
        ("+a +b", All((A, B))),
        ("a OR b c", Either((A, All((B, C))))),
        ("(a OR b) c", All((Either((A, B)), C))),
        ("a NOT b", All((A, Not(B)))),
        ("a -b", All((A, Not(B)))),
        ("a AND NOT (b OR c)", All((A, Not(Either((B, C)))))),
        ("NOT NOT a", A),
        ("and or not", All((words("and"), words("or"), words("not")))),
        ('"rare earth"', words("rare earth")),
        ("„Rio Tinto“", words("Rio Tinto")),
        ('"rare earth"~3', words("rare earth", slop=3)),
        ("lith*", words("lith", is_begin=True)),
        ("nikel~", words("nikel", fuzz=1)),
        ("nikel~2", words("nikel", fuzz=2)),
        ("title:strike", words("strike", field="title")),
        ('Source:"Financial Times"', words("Financial Times", field="source")),
        ("title:(a OR b) c", All((Either((words("a", field="title"), words("b", field="title"))), C))),
        ("lang:es", words("es", field="lang")),
        ("it's", words("it's")),
        ("12:30", words("12:30")),
        ("2019-2020", words("2019-2020")),
        ("a - b", All((A, words("-"), B))),
        ("锂矿", words("锂矿")),
        ("a\u3000b", All((A, B))),
    ],
)
def test_reads(text: str, tree: Node) -> None:
    """As people mean it: AND binds closer than OR, and only capitals are operators."""
    assert tree == parse_query(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found nothing"),
        ("a OR", "nothing at its end"),
        ("OR a", "'OR' at 1"),
        ("a AND OR b", "'OR' at 7"),
        ("NOT", "nothing at its end"),
        ("a (b", r"'\(' at 3 without"),
        ("a ) b", r"'\)' at 3"),
        ("()", r"'\)' at 2"),
        ('say "this', "one quotation mark at 5"),
        ("colour:red", "colour: at 1, expected one of title:, source:, lang:"),
        ("https://example.org", "https: at 1.*quotation marks"),
        ("title: strike", "'title:' at 1, expected a word right after it"),
        ("*", r"'\*' at 1"),
        ("li*um", r"'li\*um' at 1"),
        ("nikel~7", "~7 at 1, expected ~1 or ~2"),
        ("(" * 50 + "a" + ")" * 50, "more than 16 parentheses"),
        ("a " * 61, "more than 60 words"),
        ("a" * 3000, "3000 characters"),
    ],
)
def test_refuses(text: str, told: str) -> None:
    """With what was found, where, and what was expected."""
    with pytest.raises(UsageError, match=f"^text: .*{told}"):
        parse_query(text)


_PIECES = st.sampled_from(
    [
        "(",
        ")",
        '"',
        "“",
        "OR",
        "AND",
        "NOT",
        "-",
        "+",
        "~",
        "~2",
        "*",
        "title:",
        "lang:",
        ":",
        "a",
        "锂",
        " ",
        "\n",
        "\\",
    ]
)


def check(text: str) -> None:
    try:
        tree = parse_query(text)
    except UsageError as error:
        assert str(error).startswith("text: found")
    else:
        assert isinstance(tree, Words | Not | All | Either)


@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=120).map("".join)))
def test_whatever_is_typed(text: str) -> None:
    """Is a tree or a refusal, never anything else."""
    check(text)


@pytest.mark.parametrize("piece", ["(", "NOT ", "-", '"', "a OR ", "title:", "((a) ", "~", "“"])
def test_a_thousand_of_one(piece: str) -> None:
    """Neither kill nor hang, as they did with the parser that comes with tantivy."""
    check((piece * 1900)[:1990])
