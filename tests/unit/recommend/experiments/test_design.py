"""An experiment as it is declared: who takes part, in which arm, and what is refused."""

from collections import Counter

import msgspec
import pytest

from cinoche.events import types
from cinoche.events.models import Event, Recorded
from cinoche.kit.errors import Invalid
from cinoche.recommend.experiments.design import AB, INTERLEAVED, Arm, Experiment, check, draw, fold, part_of

PEOPLE = [f"profile {number}" for number in range(4_000)]
TWO = (Arm("control"), Arm("bold", diversity=0.9))


def experiment(**other: object) -> Experiment:
    return msgspec.structs.replace(Experiment("bold", AB, TWO, salt="salt"), **other)


def test_arms_are_stable_and_of_equal_size() -> None:
    first, again = ([experiment().arm_of(each) for each in PEOPLE] for _ in range(2))
    assert first == again
    counts = Counter(arm.name for arm in first if arm is not None)
    assert counts["control"] == pytest.approx(2_000, abs=130)
    assert counts.total() == 4_000


def test_who_is_held_out_has_no_arm_and_the_others_keep_theirs_apart() -> None:
    arms = [experiment(share=0.3).arm_of(each) for each in PEOPLE]
    counts = Counter(None if arm is None else arm.name for arm in arms)
    assert counts[None] == pytest.approx(2_800, abs=120)
    assert counts["control"] == pytest.approx(600, abs=90)
    assert counts["bold"] == pytest.approx(600, abs=90)


def test_another_salt_deals_anew_and_independently() -> None:
    one, other = experiment(), experiment(salt="another")
    both = Counter((one.arm_of(each), other.arm_of(each)) for each in PEOPLE)
    assert all(count == pytest.approx(1_000, abs=110) for count in both.values())
    assert len(both) == 4


def test_draws_are_even() -> None:
    tenths = Counter(int(10 * draw("salt", each)) for each in PEOPLE)
    assert sorted(tenths) == list(range(10))
    assert all(count == pytest.approx(400, abs=75) for count in tenths.values())


def test_a_profile_is_in_one_experiment_at_a_time_the_earlier_first() -> None:
    early, late = experiment(share=0.5), experiment(experiment_id="late", salt="other")
    parts = [part_of(each, [early, late]) for each in PEOPLE]
    counts = Counter(part.experiment.experiment_id for part in parts if part)
    assert counts["bold"] == pytest.approx(2_000, abs=130)
    assert counts.total() == 4_000
    over = msgspec.structs.replace(early, stopped_at=1.0)
    assert part_of("ada", [over]) is None


def test_of_interleaved_ones_everybody_has_both_arms() -> None:
    part = part_of("ada", [experiment(kind=INTERLEAVED, arms=(Arm("now"), Arm("ease", scorer="ease")))])
    assert part is not None
    assert part.rival is not None
    assert (part.arm.name, part.rival.name) == ("now", "ease")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"arms": (Arm("a"), Arm("a", scorer="ease"))}, "same name"),
        ({"arms": (Arm("a"), Arm("b"))}, "do the same"),
        ({"kind": INTERLEAVED, "arms": (Arm("a"), Arm("b", scorer="ease"), Arm("c", scorer="markov"))}, "not 3"),
        ({"kind": INTERLEAVED, "arms": (Arm("a"), Arm("b", version="1"))}, "only scorers"),
        ({"kind": INTERLEAVED, "arms": (Arm("a"), Arm("b", diversity=0.0))}, "only scorers"),
    ],
)
def test_what_can_tell_nothing_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        check(experiment(**wrong), [])


def test_a_name_that_runs_is_refused() -> None:
    check(experiment(), [])
    with pytest.raises(Invalid, match="of this name runs"):
        check(experiment(), [experiment()])


def test_experiments_are_folded_from_the_log() -> None:
    data = {"experiment_id": "bold", "kind": AB, "salt": "s", "arms": [{"name": "a"}, {"name": "b", "scorer": "ease"}]}
    fields = types.parse_data(types.EXPERIMENT_STARTED, data, where="event")
    events = [
        Recorded(1, Event("api", "1", types.EXPERIMENT_STARTED, types.EXPERIMENTS, 10.0, fields)),
        Recorded(2, Event("api", "2", types.EXPERIMENT_STOPPED, types.EXPERIMENTS, 20.0, {"experiment_id": "bold"})),
        Recorded(3, Event("api", "3", types.EXPERIMENT_STOPPED, types.EXPERIMENTS, 30.0, {"experiment_id": "none"})),
    ]
    [running] = fold((), events[:1])
    assert (running.is_running, running.share, running.arms[1]) == (True, 1.0, Arm("b", scorer="ease"))
    [over] = fold([running], events[1:])
    assert (over.stopped_at, over.started_at) == (20.0, 10.0)
    [anew] = fold([over], [Recorded(4, events[0].event)])
    assert anew.is_running


def test_an_arm_says_what_it_changes() -> None:
    assert Arm("a").says() == "as it is"
    assert Arm("a").is_plain
    assert Arm("b", version="v1", exploration=0.0).says() == "version v1, exploration 0.0"
    assert experiment(arms=(Arm("a"), Arm("b", version="v1"))).versions == {"v1"}
