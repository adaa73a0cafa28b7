"""What a page says is so: without what it names, a title would stand lower, or the row would not be there."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.recommend.test_service import ME, N, World, trained

from cinoche.events import types
from cinoche.kit.clock import DAY_S
from cinoche.recommend import rows
from cinoche.recommend.artefact import open_current, publish
from cinoche.recommend.blend import Blend
from cinoche.recommend.exploration import Exploration
from cinoche.recommend.families import FAMILIES
from cinoche.recommend.page import Rules
from cinoche.recommend.rerank import Balance
from cinoche.recommend.service import Listing
from cinoche.recommend.slates import VISIT_S
from cinoche.recommend.statistics import History

NAMES_A_TITLE = {rows.SEED, rows.WATCHED, rows.KIN}
SHARES_OUT = {"memory"}
"""Scorers whose scores are shares of votes: what a second dislike takes from some, others gain, up to what they had."""

LIVELY = Rules(rows=20, row_length=6, balance=Balance(0.3, 0.2), exploration=Exploration(0.5))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("artefacts")
    publish(made, trained())
    return made


@pytest.fixture
def world(folder: Path) -> World:
    return World(folder)


def home(world: World, **more: object) -> Listing:
    return world.recommender.home(ME, LIVELY, **more)  # type: ignore[arg-type]


def shown(listing: Listing) -> list[tuple[str, list[int]]]:
    return [(row.kind, [each.position for each in row.items]) for row in listing.rows]


def like(world: World) -> None:
    world.like(0, 4, 2, 6, 1)
    world.say(types.PLAYBACK_COMPLETED, 8)
    world.recommender.catch_up()


def test_without_the_title_that_a_row_or_a_title_of_it_names_the_score_is_lower(world: World) -> None:
    like(world)
    model, catalogue = world.recommender.laid_out()
    taste, scored = world.recommender._taste_scored(model, catalogue, ME, Rules())
    named = 0
    for row in home(world).rows:
        for each in row.items:
            if each.evidence.kind not in NAMES_A_TITLE:
                continue
            seed = model.index[each.evidence.title_id or ""]
            item = int(catalogue.item[each.position])
            others = scored.history.where(scored.history.items != item)  # it does not speak for itself
            whole, rest = model.scored(others), model.scored(others.where(others.items != seed))
            assert rest.scores[item] < whole.scores[item], (row.kind, each)
            named += 1
    assert named > 10
    assert taste.liked


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_dislike_raises_no_title_near_to_it_by_any_scorer(folder: Path, name: str) -> None:
    model = open_current(folder)
    if name not in model.scorers:
        pytest.skip("not among the families that are served by default")
    alone = {situation: {name: 1.0} for situation in model.blend.weights}
    check_dislikes(Blend(model.scorers, alone), shares_out=name in SHARES_OUT)


def test_a_dislike_raises_no_title_near_to_it_through_the_whole_blend(folder: Path) -> None:
    check_dislikes(open_current(folder).blend)


def check_dislikes(blend: Blend, *, shares_out: bool = False) -> None:
    """Dislike each title after many histories: none of the titles most like it rises, nor one that nobody disliked."""
    rng = np.random.default_rng(0)
    for disliked in range(N):
        likeness = blend.score(History.of([disliked]), is_ordered=False)
        near = [each for each in np.argsort(-likeness)[:6] if likeness[each] > 0 and each != disliked]
        for n in (0, 1, 2, 5, 12):
            items = rng.choice([each for each in range(N) if each != disliked], n, replace=False)
            before = blend.scored(History.of(items))
            after = blend.scored(History.of([*items, disliked], [*np.ones(n), -1.0]))
            assert (after.scores <= before.scores + 1e-4).all(), (disliked, items)
            another = blend.scored(History.of([*items, disliked, (disliked + 1) % N], [*np.ones(n), -1.0, -1.0]))
            votes = another.explain(near)[-2] if near else np.zeros(0)
            once = blend.scored(History.of([*items, (disliked + 1) % N], [*np.ones(n), -1.0]))
            if not shares_out and (votes <= 0).all() and (disliked + 1) % N not in items:
                assert (another.scores[near] <= once.scores[near] + 1e-4).all(), (disliked, items)


def test_a_thumb_down_is_seen_at_once_and_only_downwards(world: World) -> None:
    like(world)
    model, catalogue = world.recommender.laid_out()
    before = world.recommender._taste(model, catalogue, ME, Rules()).scores
    world.say(types.TITLE_RATED, 10, rating=1.0)
    world.recommender.catch_up()
    after = world.recommender._taste(model, catalogue, ME, Rules()).scores
    near = np.argsort(-model.blend.score(History.of([10]), is_ordered=False))[:8]
    assert (after <= before + 1e-4).all()
    assert (after[near] < before[near]).sum() >= len(near) // 2


def test_the_same_question_gives_the_same_page_from_any_worker(world: World) -> None:
    like(world)
    first, again = home(world), home(world)
    assert first.rows == again.rows == world.another().home(ME, LIVELY).rows
    assert first.slate == again.slate


def test_draws_stay_the_same_within_a_visit_and_change_with_it(world: World) -> None:
    like(world)
    pages = set()
    for _ in range(30):
        world.now += VISIT_S + 1
        pages.add(str(shown(home(world))))
    assert len(pages) > 1
    first = home(world)
    for _ in range(4):
        world.now += VISIT_S - 60
        again = home(world, slate=first.slate)
        assert shown(again) == shown(first)
        first = again


def test_rows_that_were_seen_stay_put_while_the_others_follow_what_was_done(world: World) -> None:
    like(world)
    before = home(world)
    world.now += 60
    world.like(3, 5, 7, 9)
    after = home(world, slate=before.slate, kept=2)
    gone = {3, 5, 7, 9}
    assert [row.key for row in after.rows][:2] == [row.key for row in before.rows][:2]
    for old, new in zip(before.rows[:2], after.rows[:2], strict=True):
        kept = [(each.position, each.propensity) for each in old.items if each.position not in gone]
        assert [(each.position, each.propensity) for each in new.items] == kept
    positions = [each.position for row in after.rows for each in row.items]
    assert len(positions) == len(set(positions))
    assert shown(home(world)) != shown(before)


def test_a_page_of_somebody_else_or_of_another_visit_holds_nothing(world: World) -> None:
    like(world)
    before = home(world)
    world.like(3, 5, 7, 9)
    fresh = shown(home(world))
    other = world.recommender.home("other", LIVELY)
    for slate in ("", "nonsense", other.slate):
        assert shown(home(world, slate=slate, kept=2)) == fresh
    world.now += VISIT_S + 1
    late = home(world, slate=before.slate, kept=2)
    assert shown(late) == shown(home(world))


def test_what_is_passed_by_in_every_visit_sinks_but_is_not_banished(world: World) -> None:
    like(world)
    first = world.listed(20)
    for _ in range(10):
        world.now += DAY_S
        row = {"kind": rows.TOP_PICKS, "position": 0, "title_ids": first[:1], "places": [0], "propensities": [1.0]}
        world.show(row)
    after = world.listed(N)
    assert first[0] in after
    assert after.index(first[0]) > 0
    assert [each for each in after if each != first[0]][:5] == first[1:6]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, N - 1), max_size=6), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_nothing_that_filters_leave_out_gets_in_by_way_of_balance_or_draws(
    world: World, dismissed: set[int], calibration: float, diversity: float, share: float
) -> None:
    like(world)
    for number in dismissed:
        world.say(types.TITLE_DISMISSED, number)
    rules = Rules(row_length=8, balance=Balance(calibration, diversity), exploration=Exploration(share))
    positions = [each.position for row in world.recommender.home(ME, rules).rows for each in row.items]
    assert not dismissed & set(positions)
    assert len(positions) == len(set(positions))
    for number in dismissed:
        world.say(types.TITLE_RESTORED, number)
