"""Experiments at a terminal: arms in words, reports in lines."""

import pytest

from cinoche.jobs.experiments import line, lines, parse_arm
from cinoche.kit.errors import Invalid
from cinoche.recommend.experiments.design import AB, INTERLEAVED, Arm, Experiment
from cinoche.recommend.experiments.report import (
    NOT_YET,
    TOO_FEW,
    WINNER,
    ArmReport,
    Comparison,
    DrawsReport,
    Report,
    Reports,
    Value,
)

BOLD = Experiment("bold", AB, (Arm("control"), Arm("bold", diversity=0.9)), share=0.5)


@pytest.mark.parametrize(
    ("text", "arm"),
    [
        ("control", {"name": "control"}),
        ("bold: scorer=ease, diversity=0.8", {"name": "bold", "scorer": "ease", "diversity": 0.8}),
        ("old:version=v1,", {"name": "old", "version": "v1"}),
    ],
)
def test_an_arm_is_read_from_a_few_words(text: str, arm: dict[str, object]) -> None:
    assert parse_arm(text) == arm


@pytest.mark.parametrize("text", ["a: b", "a: colour=red", "a: diversity=lots", "a: scorer="])
def test_what_is_no_arm_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="--arm"):
        parse_arm(text)


def test_a_report_is_told_in_lines() -> None:
    arms = (
        ArmReport("control", "", 40, 100, 10, 5, 0.1, 0.05, 0.2),
        ArmReport("bold", "", 41, 100, 20, 9, 0.2, 0.1, 0.3),
    )
    won = Report(BOLD, arms, (Comparison("bold", 0.1, 0.01, 0.19),), WINNER, "bold", 0.9)
    said = "\n".join(lines(Reports(0.0, (won,))))
    assert "50% of profiles" in said
    assert "control: 40 profiles, 100 shown, 10 played, 10.00% played from (5.00% to 20.00%)" in said
    assert "bold against control: +10.00% (+1.00% to +19.00%" in said
    assert said.endswith("bold wins")


def test_what_is_not_known_yet_is_said_too() -> None:
    few = Report(BOLD, (ArmReport("control", ""), ArmReport("bold", "")), (), TOO_FEW)
    assert lines(Reports(0.0, (few,)))[1:] == [
        "  control: fewer than five profiles",
        "  bold: fewer than five profiles",
        "  too few profiles yet",
    ]
    duel = Experiment("duel", INTERLEAVED, BOLD.arms, stopped_at=1.0)
    arm = ArmReport("control", "", 40, 100, 0, 0)
    said = lines(Reports(0.0, (Report(duel, (arm, arm), (), NOT_YET),)))
    assert "nothing yet" in said[1]
    assert line(duel).startswith("stopped  duel  interleaved")
    assert "No experiment" in lines(Reports(0.0))[0]


def test_the_cost_of_drawing_is_a_line() -> None:
    draws = DrawsReport(1_000, 500.0, *(Value(0.1, 0.05, 0.15) for _ in range(4)))
    assert "1,000 drawn places" in lines(Reports(0.0, (), draws))[-1]
