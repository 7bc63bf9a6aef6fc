"""Scoring follows the rules that the labelled data states."""

from __future__ import annotations

from typing import Any

from nlp.evaluate import evaluate, evaluation_to_json


def record(*events: tuple[str, str], relevant: bool = True, **more: Any) -> dict[str, Any]:
    coded = [
        {
            "type": type_,
            "salience": salience,
            "status": "actual",
            "countries": ["CL"],
            "evidence": "x",
            "confidence": 0.8,
        }
        for type_, salience in events
    ]
    base = {"id": "1", "title": "t", "relevant": relevant, "minerals": ["copper"], "countries": ["CL"], "stances": []}
    return {**base, "events": coded, **more}


def figures(label: dict[str, Any], analysis: dict[str, Any]) -> dict[str, Any]:
    return evaluation_to_json(evaluate([(label, analysis)]))


def test_history_neither_helps_nor_hurts() -> None:
    """A predicted event that is labelled as background is right; one that is missed is no miss."""
    label = record(("protest", "main"), ("strike", "background"))
    assert {"tp": 2, "fp": 0, "fn": 0}.items() <= figures(label, record(("protest", "main"), ("strike", "main")))[
        "types"
    ].items()
    assert 1.0 == figures(label, record(("protest", "main")))["types"]["f1"]


def test_background_predictions_are_not_scored() -> None:
    """Only main predictions count as told."""
    assert 0 == figures(record(), record(("protest", "background")))["types"]["fp"]


def test_misses_and_inventions() -> None:
    """Precision and recall from one miss and one invention."""
    answer = figures(record(("protest", "main"), ("lawsuit", "main")), record(("protest", "main"), ("policy", "main")))
    assert (0.5, 0.5) == (answer["types"]["precision"], answer["types"]["recall"])
    assert {"policy for lawsuit", "missed lawsuit"} == {confusion["what"] for confusion in answer["confusions"]}


def test_minerals_count_over_relevant_articles_only() -> None:
    """What an irrelevant article names is not scored."""
    assert "minerals" not in figures(record(relevant=False), record(relevant=False, minerals=["gold"]))


def test_stance_is_a_set_of_class_and_polarity() -> None:
    """Two holders of one class are one."""
    stance = {"holder_class": "ngo", "polarity": "oppose"}
    answer = figures(record(stances=[stance, stance]), record(stances=[stance]))
    assert 1.0 == answer["stance"]["f1"]


def test_reliability() -> None:
    """Of events told with 0.8, how many were right."""
    answer = figures(record(("protest", "main")), record(("protest", "main"), ("policy", "main")))
    assert {"0.8-0.9": {"events": 2, "right": 0.5}} == answer["reliability"]
