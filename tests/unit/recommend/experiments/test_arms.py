"""Arms as they are served: each profile gets its arm's page at once, says so, and nobody gets what is not there."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.unit.recommend.test_service import AS_OF, World, trained

from cinoche.events import types
from cinoche.kit.errors import Conflict, Invalid, NotFound
from cinoche.kit.personal import Subject
from cinoche.recommend import rows
from cinoche.recommend.artefact import publish, versions
from cinoche.recommend.experiments.board import MOST_RUNNING, Experiments
from cinoche.recommend.experiments.design import AB, INTERLEAVED
from cinoche.recommend.exploration import Exploration
from cinoche.recommend.page import Rules
from cinoche.recommend.rerank import Balance
from cinoche.recommend.slates import Sent

PEOPLE = [f"viewer {number}" for number in range(24)]
RULES = Rules(balance=Balance(0.2, 0.4), exploration=Exploration(0.5))


@pytest.fixture(scope="module")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a model; the second is in use."""
    folder = tmp_path_factory.mktemp("arms")
    publish(folder, trained(as_of=AS_OF - 60))
    publish(folder, trained())
    return folder


@pytest.fixture
def world(artefacts: Path, tmp_path: Path) -> World:
    shutil.copytree(artefacts, tmp_path / "artefacts")
    made = World(tmp_path / "artefacts")
    for number, who in enumerate(PEOPLE):
        made.like(*range(number % 2, 12, 2), subject=who)
    return made


@pytest.fixture
def board(world: World) -> Experiments:
    return Experiments(world.log, world.folder, clock=lambda: world.now)


def start(board: Experiments, *arms: dict[str, object], kind: str = AB, name: str = "bold", share: float = 1.0) -> None:
    named = [{"name": f"arm-{number}", **arm} for number, arm in enumerate(arms)]
    board.start({"experiment_id": name, "kind": kind, "arms": named, "share": share})


def sent(world: World, who: str) -> Sent:
    page = world.recommender.home(who, RULES)
    found = world.recommender.sent(who, page.slate)
    assert found is not None
    assert found.made_by.scorer == page.scorer
    return found


def picks(world: World, who: str) -> Sequence[int]:
    page = world.recommender.home(who, RULES)
    return [each.position for row in page.rows if row.kind == rows.TOP_PICKS for each in row.items]


def test_without_experiments_a_page_is_of_none(world: World) -> None:
    made_by = sent(world, PEOPLE[0]).made_by
    assert (made_by.experiment_id, made_by.arm, made_by.model) == ("", "", world.recommender.model().version)


def test_the_very_next_page_is_the_arms_in_every_worker_and_no_more_once_it_is_stopped(
    world: World, board: Experiments
) -> None:
    other = world.another()
    start(board, {}, {"scorer": "popular"})
    for who in PEOPLE:
        made_by = sent(world, who).made_by
        assert made_by.experiment_id == "bold"
        assert made_by.scorer == {"arm-0": "blend", "arm-1": "popular"}[made_by.arm]
        there = other.sent(who, other.home(who, RULES).slate)
        assert there is not None
    assert {sent(world, who).made_by.arm for who in PEOPLE} == {"arm-0", "arm-1"}
    board.stop("bold")
    assert {sent(world, who).made_by.experiment_id for who in PEOPLE} == {""}
    assert [each.is_running for each in world.another().experiments] == [False]


def test_who_is_held_out_gets_what_everybody_gets(world: World, board: Experiments) -> None:
    start(board, {}, {"scorer": "popular"}, share=0.5)
    experiments = {sent(world, who).made_by.experiment_id for who in PEOPLE}
    assert experiments == {"", "bold"}


def test_a_scorer_of_its_own_makes_other_pages_and_the_plain_arm_does_not(world: World, board: Experiments) -> None:
    before = {who: picks(world, who) for who in PEOPLE}
    start(board, {}, {"scorer": "ease"})
    for who in PEOPLE:
        is_plain = sent(world, who).made_by.arm == "arm-0"
        assert (picks(world, who) == before[who]) or not is_plain
    changed = [who for who in PEOPLE if picks(world, who) != before[who]]
    assert changed


def test_rules_of_an_arm_are_the_pages_rules(world: World, board: Experiments) -> None:
    start(board, {"exploration": 0.0}, {"exploration": 1.0})
    chances = {"arm-0": set[float](), "arm-1": set[float]()}
    for who in PEOPLE:
        found = sent(world, who)
        chances[found.made_by.arm] |= {chance for row in found.rows for chance in row.propensities}
    assert chances["arm-0"] == {1.0}
    assert len(chances["arm-1"]) > 1


def test_an_arm_may_be_another_version_of_the_model_that_learns_what_the_log_says(
    world: World, board: Experiments
) -> None:
    current, before = versions(world.folder)
    start(board, {}, {"version": before})
    models = {sent(world, who).made_by.arm: sent(world, who).made_by.model for who in PEOPLE}
    assert models == {"arm-0": current, "arm-1": before}
    who = next(each for each in PEOPLE if sent(world, each).made_by.arm == "arm-1")
    first = picks(world, who)[0]
    world.say(types.TITLE_RATED, first, who, rating=5.0)
    assert first not in picks(world, who)
    world.log.erase(Subject(pseudonym=who))
    assert picks(world, who) == []


def test_a_version_that_is_gone_is_nobodys_and_counts_for_nothing(world: World, board: Experiments) -> None:
    before = versions(world.folder)[1]
    start(board, {}, {"version": before})
    assert {sent(world, who).made_by.arm for who in PEOPLE} == {"arm-0", "arm-1"}
    shutil.rmtree(world.folder / before)
    arms = {(each.experiment_id, each.arm) for each in (sent(world, who).made_by for who in PEOPLE)}
    assert arms == {("bold", "arm-0"), ("", "")}
    [experiment] = board.running()
    assert board.missing(experiment) == ["arm-1"]


def test_two_lists_are_interleaved_in_the_top_picks_and_stay_in_the_visit(world: World, board: Experiments) -> None:
    start(board, {}, {"scorer": "popular"}, kind=INTERLEAVED)
    for who in PEOPLE[:6]:
        page = world.recommender.home(who, RULES)
        [top] = [row for row in page.rows if row.kind == rows.TOP_PICKS]
        teams = [each.owed_to for each in top.items]
        assert abs(teams.count("arm-0") - teams.count("arm-1")) <= 1
        assert {each.propensity for each in top.items} <= {0.5, 1.0}
        kept = world.recommender.home(who, RULES, slate=page.slate, kept=len(page.rows))
        [again] = [row for row in kept.rows if row.kind == rows.TOP_PICKS]
        assert [(each.position, each.owed_to, each.propensity) for each in again.items] == [
            (each.position, each.owed_to, each.propensity) for each in top.items
        ]
        found = world.recommender.sent(who, page.slate)
        assert found is not None
        assert (found.made_by.experiment_id, found.made_by.arm) == ("bold", "")
        [row] = [each for each in found.rows if each.key[0] == rows.TOP_PICKS]
        assert list(row.owed_to) == teams


@pytest.mark.parametrize(
    ("arms", "error", "said"),
    [
        (({}, {"scorer": "nothing"}), Invalid, "no scorer"),
        (({}, {"version": "nothing"}), NotFound, "no version"),
        (({}, {}), Invalid, "do the same"),
        (({}, {"diversity": 2}), Invalid, "diversity"),
        (({},), Invalid, "arms"),
        (({}, {"name": "A b", "scorer": "ease"}), Invalid, "pattern|regex"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    board: Experiments, arms: Sequence[dict[str, object]], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        start(board, *arms)
    assert board.all() == ()


def test_a_name_that_runs_and_too_many_at_once_are_refused(board: Experiments) -> None:
    for number in range(MOST_RUNNING):
        start(board, {}, {"scorer": "ease"}, name=f"e{number}", share=0.01)
    with pytest.raises(Conflict, match="experiments run"):
        start(board, {}, {"scorer": "ease"}, name="more")
    with pytest.raises(Invalid, match="of this name runs"):
        start(board, {}, {"scorer": "ease"}, name="e1")
    board.stop("e1")
    with pytest.raises(Conflict, match="stopped already"):
        board.stop("e1")
    with pytest.raises(NotFound, match="no experiment"):
        board.stop("nothing")
    start(board, {}, {"scorer": "ease"}, name="e1")
    assert [each.experiment_id for each in board.all()][-1] == "e1"
