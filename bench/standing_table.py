"""Writes the rules of store/data/standing.yaml into docs/projects.md, as people read them: `make standings`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from orewire.model.project import FIGHTS, STANDINGS
from store.standing import Rule, Rules, load_rules

PAGE = Path(__file__).parents[1] / "docs" / "projects.md"
BEGIN, END = "<!-- made by `make standings` -->", "<!-- end -->"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


def with_tables(text: str) -> str:
    """The page with the tables as the rules are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(load_rules())}\n{END}{after}"


def tables(rules: Rules) -> str:
    """Both tables: what the standings mean, and which events lead to them."""
    standings = [f"| {_word(word)} | {rules.means[word]} | {_span(rules, word)} |" for word in STANDINGS]
    told = [_row(rule) for found in rules.rules.values() for rule in found]
    voices = {"official": "an official document", "news": "news", "statement": "a party's statement"}
    sure = ", ".join(f"{least} for {voices[voice]}" for voice, least in rules.confidence.items())
    head = ["| standing | means | |", "|---|---|---|", *standings, "", f"Least confidence of an event: {sure}.", ""]
    return "\n".join([*head, "| event | leads to | out of | where | because |", "|---|---|---|---|---|", *told, ""])


def _span(rules: Rules, word: str) -> str:
    if word in rules.lasts:
        return f"ends after {rules.lasts[word].days} days of silence"
    return f"old after {rules.firm[word].days} days" if word in rules.firm else ""


def _row(rule: Rule) -> str:
    led = [_word(rule.to)] if rule.to else []
    led += [f"ends {_word(word)}" for word in rule.ends]
    where = [f"stage {', '.join(stage or 'not told' for stage in rule.stage)}"] if rule.stage else []
    where += [f"a report says {_words(rule.told)}"] if rule.told else []
    where += [f"{'and' if rule.told else 'a report says'} not {_words(rule.not_told)}"] if rule.not_told else []
    return f"| {rule.event} | {', '.join(led)} | {_out_of(rule)} | {'; '.join(where)} | {rule.says} |"


def _out_of(rule: Rule) -> str:
    if rule.to is None or rule.to in FIGHTS:
        return "any"
    old = f"; old: {', '.join(map(_word, rule.from_old))}" if rule.from_old else ""
    return f"{', '.join(map(_word, rule.from_))}{old}"


def _words(words: Iterable[str]) -> str:
    """The first of them: the file has all."""
    listed = list(words)
    return f"`{'`, `'.join(listed[:3])}`{' …' if len(listed) > 3 else ''}"


def _word(word: str) -> str:
    return word.replace("_", " ")


if __name__ == "__main__":
    main()
