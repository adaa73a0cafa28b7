"""What came of experiments, from the events themselves: counted by arm, by group, and by nobody's name."""

from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.recommend import rows
from cinoche.recommend.attribution import Attribution
from cinoche.recommend.experiments import tally
from cinoche.recommend.experiments.design import AB, INTERLEAVED, Arm, Experiment
from cinoche.recommend.experiments.estimators import doubly_robust, ips, snips
from cinoche.recommend.experiments.report import MISMATCH, NOT_YET, TOO_FEW, WINNER, of_draws, report, reports
from cinoche.recommend.experiments.tally import Counts, Draws, Trials

NOW = 1_700_000_000.0
TWO = Experiment("bold", AB, (Arm("control"), Arm("bold", diversity=0.9)))
DUEL = Experiment("duel", INTERLEAVED, (Arm("now"), Arm("ease", scorer="ease")))
_numbers = count()


def slate(
    who: str, title_ids: Sequence[str], *, experiment: str = "bold", arm: str = "control", **row: object
) -> Event:
    whole = {"kind": rows.TOP_PICKS, "position": 0, types.TITLE_IDS: list(title_ids), **row}
    data = {
        "slate_id": f"s{next(_numbers)}", "scorer": "blend", "experiment_id": experiment, "arm": arm,
        types.ROWS: [whole],
    }  # fmt: skip
    return Event("test", str(next(_numbers)), types.SLATE_SHOWN, who, NOW, data)


def play(who: str, title_id: str, kind: str = types.PLAYBACK_STARTED) -> Event:
    return Event("test", str(next(_numbers)), kind, who, NOW + 60, {types.TITLE_ID: title_id})


def trials(*events: Event) -> Trials:
    folded, attribution = Trials(), Attribution()
    for event in events:
        folded.fold(event, list(attribution.fold(event)))
    return folded


def crowd(n: int, rates: tuple[float, float], seed: int = 0, visits: int = 5) -> list[Event]:
    """So many profiles in each of two arms, that play from a row with these chances."""
    draws, events = np.random.default_rng(seed), []
    for number in range(2 * n):
        arm = number % 2
        for _ in range(visits):
            events.append(slate(f"viewer {number}", ["heat"], arm=("control", "bold")[arm]))
            if draws.random() < rates[arm]:
                events.append(play(f"viewer {number}", "heat"))
    return events


def test_an_arm_counts_rows_shown_played_from_and_seen_to_the_end() -> None:
    ended = play("ada", "heat", types.PLAYBACK_COMPLETED)
    folded = trials(
        slate("ada", ["heat", "alien"]), play("ada", "heat"), ended, play("ada", "alien"), slate("bob", ["heat"])
    )
    counts = folded.counts("bold", "control")
    assert [each.sum() for each in (counts.shown, counts.played, counts.completed)] == [2, 1, 1]
    assert counts.profiles == 2
    assert folded.counts("bold", "bold").profiles == 0


def test_rows_of_what_is_ones_own_are_no_arms_doing() -> None:
    own = [slate("ada", ["heat"], kind=kind) for kind in sorted(tally.OWN_ROWS)]
    assert trials(*own).counts("bold", "control").profiles == 0


def test_of_an_interleaved_row_each_title_counts_for_the_arm_it_is_owed_to() -> None:
    owed = ["now", "ease", "now", ""]
    row = slate("ada", ["a", "b", "c", "d"], experiment="duel", arm="", owed_to=owed, propensities=[0.5, 1, 1, 1])
    folded = trials(row, play("ada", "b"), play("ada", "d"))
    now, ease = folded.counts("duel", "now"), folded.counts("duel", "ease")
    assert (now.shown.sum(), now.played.sum(), ease.shown.sum(), ease.played.sum()) == (2, 0, 1, 1)
    assert len(folded.draws) == 0


def test_an_experiment_that_starts_anew_counts_anew() -> None:
    again = Event("x", "1", types.EXPERIMENT_STARTED, types.EXPERIMENTS, NOW, {"experiment_id": "bold"})
    assert trials(slate("ada", ["heat"]), again).counts("bold", "control").profiles == 0


def test_profiles_are_counted_without_being_kept() -> None:
    counts = Counts()
    for number in range(5_000):
        for _ in range(2):
            counts.add(f"viewer {number}", 0)
    assert counts.profiles == pytest.approx(5_000, rel=0.005)
    assert np.count_nonzero(counts.shown) > 2_800


def test_the_arms_of_which_there_was_nothing_for_longest_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_ARMS", 2)
    folded = trials(*(slate("ada", ["heat"], arm=arm) for arm in ("a", "b", "a", "c")))
    assert [folded.counts("bold", arm).profiles for arm in ("a", "b", "c")] == [1, 0, 1]


def test_a_better_arm_wins_and_the_report_says_by_how_much() -> None:
    found = report(TWO, trials(*crowd(400, (0.1, 0.3))))
    assert (found.verdict, found.winner) == (WINNER, "bold")
    control, bold = found.arms
    assert control.profiles == pytest.approx(400, abs=2)
    assert control.rate == pytest.approx(0.1, abs=0.03)
    assert control.low < control.rate < control.high < bold.low
    [compared] = found.comparisons
    assert compared.low < 0.2 < compared.high
    assert report(TWO, trials(*crowd(400, (0.3, 0.1)))).winner == "control"


def test_of_two_arms_that_are_the_same_none_wins() -> None:
    verdicts = [report(TWO, trials(*crowd(60, (0.2, 0.2), seed))).verdict for seed in range(20)]
    assert verdicts.count(NOT_YET) >= 18


def test_of_few_people_nothing_is_said() -> None:
    found = report(TWO, trials(*crowd(4, (0.1, 0.9))))
    assert (found.verdict, found.comparisons) == (TOO_FEW, ())
    assert all(each.profiles is None is each.shown is each.rate for each in found.arms)
    some = report(TWO, trials(*crowd(20, (0.0, 1.0))))
    assert (some.verdict, some.winner) == (TOO_FEW, None)
    assert some.arms[0].profiles == 20


def test_nothing_is_concluded_from_arms_of_uneven_size() -> None:
    events = [each for each in crowd(400, (0.1, 0.5)) if each.subject[-1] not in "02468" or each.subject[-2] in "05 "]
    assert report(TWO, trials(*events)).verdict == MISMATCH


def test_an_interleaved_experiment_ends_with_the_list_that_is_played_from() -> None:
    draws, events = np.random.default_rng(1), []
    for number in range(200):
        row = slate(f"viewer {number}", ["a", "b"], experiment="duel", arm="", owed_to=["now", "ease"])
        events += [row, *([play(f"viewer {number}", "b" if draws.random() < 0.8 else "a")] if number % 2 else [])]
    found = report(DUEL, trials(*events))
    assert (found.verdict, found.winner, found.mismatch) == (WINNER, "ease", None)
    assert sum(each.rate for each in found.arms) == pytest.approx(1.0)
    assert found.arms[1].rate == pytest.approx(0.8, abs=0.1)


def a_log_with_draws(n: int = 6_000, seed: int = 0) -> Trials:
    """The best is played with .2 where it stays, what is drawn instead with .05; it stays with .6."""
    draws, events = np.random.default_rng(seed), []
    for number in range(n):
        who, stays = f"viewer {number % 500}", draws.random() < 0.6
        chance, owed = (0.6, "") if stays else (0.1, rows.DRAWN)
        events.append(slate(who, ["x"], experiment="", arm="", propensities=[chance], owed_to=[owed], places=[4]))
        if draws.random() < (0.2 if stays else 0.05):
            events.append(play(who, "x"))
    return trials(*events)


def test_what_drawing_costs_is_found_from_what_was_drawn() -> None:
    logged = a_log_with_draws().draws.never()
    for estimate in (ips, snips, doubly_robust):
        found = estimate(logged)
        assert found.low <= 0.2 <= found.high
        assert found.error < 0.01
    drawn = of_draws(logged)
    assert drawn is not None
    assert drawn.places == 6_000
    assert drawn.logged.value == pytest.approx(0.14, abs=0.01)
    assert drawn.doubly_robust.low > drawn.logged.high


def test_draws_are_kept_up_to_a_number_and_late_plays_of_old_ones_change_nothing() -> None:
    attribution, draws = Attribution(), Draws(most=3)
    seen = []
    for number in range(5):
        event = slate(f"viewer {number}", ["x"], propensities=[0.5], places=[2])
        [outcome] = attribution.fold(event)
        draws.see(outcome.row, "x")
        seen.append(outcome.row)
    assert len(draws) == 3
    for row in seen:
        draws.play(row, "x")
    assert draws.never().rewards.tolist() == [1.0, 1.0, 1.0]
    assert of_draws(Draws().never()) is None


def test_reports_are_the_newest_first() -> None:
    found = reports([TWO, DUEL], trials(), NOW)
    assert [each.experiment.experiment_id for each in found.reports] == ["duel", "bold"]
    assert found.draws is None
