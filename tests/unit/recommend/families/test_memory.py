"""The context memory: it votes as a plain reference does, learns by appending, and forgets as if nobody had been."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.recommend.contexts import merge
from cinoche.recommend.families.base import Ground
from cinoche.recommend.families.memory import Memory, Remembering
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Doubles, History

N = 30
DAY = 86_400.0
SMALL = Memory(lags=6, rows=100_000, half_life_s=3 * DAY)

Event = tuple[int, float, float]
People = Mapping[int, Sequence[Event]]


def plain_votes(people: People, history: History, family: Memory) -> Doubles:
    """The same by its definition, row by row."""
    counts = np.zeros(N)
    for events in people.values():
        for item, _, _ in events:
            counts[item] += 1
    rare = np.log(1 + len(people) / (1 + counts)) ** family.rarity
    kernel = 1 / (1 + np.arange(family.lags) / family.spread)
    asked = {}
    entries = [k for k in range(len(history)) if history.weights[k] != 0][::-1][: family.lags]
    for lag, k in enumerate(entries):
        asked[int(history.items[k])] = kernel[lag] * history.weights[k] * rare[history.items[k]]
    rows = []
    latest = max((at for events in people.values() for _, _, at in events), default=0.0)
    for person, events in people.items():
        if person == history.person:
            continue
        for row in range(1, len(events)):
            context = events[max(0, row - family.lags) : row][::-1]
            parts = [weight * kernel[lag] for lag, (_, weight, _) in enumerate(context)]
            length = np.sqrt(np.sum(np.square(parts)))
            similar = sum(
                part * asked.get(item, 0.0)
                for part, (item, _, _) in zip(parts, context, strict=True)
                if not (part < 0 and asked.get(item, 0.0) < 0)
            )
            if length > 0 and similar > 0:
                age = (latest - events[row][2]) / family.half_life_s if family.half_life_s else 0.0
                rows.append((similar * length**-family.norm_power * 2 ** (-age / family.power), person, row))
    votes = np.zeros(N)
    for similar, person, row in rows:
        unseen = [e for e in people[person][row:] if e[1] > 0 and e[0] not in history.items][: len(family.votes)]
        for share, (item, weight, _) in zip(family.votes, unseen, strict=False):
            votes[item] += similar**family.power * share * weight
    return votes


def rows_of(people: People) -> Interactions:
    flat = [(person, *event) for person, events in people.items() for event in events]
    users, items, weights, times = zip(*flat, strict=True) if flat else ((), (), (), ())
    return Interactions.of(users, items, weights, times)


def memory(people: People, family: Memory = SMALL, n_items: int = N) -> Remembering:
    rows = rows_of(people)
    return family.scorer(family.fit(Ground(rows, n_items, 0.0)), n_items)


def teach(one: Remembering, people: People, order: Sequence[int] = ()) -> None:
    """Tell a memory what people did: in the order of time, or in turns that are given."""
    events = [(person, *event) for person, events in people.items() for event in events]
    events.sort(key=lambda each: each[3])
    for k in order:
        events = events[k % len(events) :] + events[: k % len(events)] if events else events
    for person, item, weight, at in sorted(events, key=lambda each: each[3]):
        one.learn(np.array([person]), np.array([item]), np.array([weight]), np.array([at]))


def assert_same(found: Doubles, wanted: Doubles) -> None:
    """The same shares of the votes."""
    assert (found.sum() > 0) == (wanted.sum() > 0)
    np.testing.assert_allclose(found / max(found.sum(), 1e-300), wanted / max(wanted.sum(), 1e-300), atol=2e-5)


weights_of_events = st.sampled_from([1.0, 1.0, 1.0, 0.3, 0.8, -0.3, -1.0])


@st.composite
def worlds(draw: st.DrawFn) -> People:
    """A few people with histories of different titles; no two things happen at one time."""
    people: dict[int, list[Event]] = {}
    names = draw(st.lists(st.integers(0, 50), min_size=1, max_size=7, unique=True))
    ticks = iter(draw(st.permutations(range(7 * 12))))
    for person in names:
        items = draw(st.lists(st.integers(0, N - 1), max_size=12, unique=True))
        times = sorted(DAY * 0.1 * next(ticks) for _ in items)
        people[person] = [(item, draw(weights_of_events), at) for item, at in zip(items, times, strict=True)]
    return {person: events for person, events in people.items() if events}


@st.composite
def histories(draw: st.DrawFn) -> History:
    items = draw(st.lists(st.integers(0, N - 1), max_size=9, unique=True))
    weights = [draw(weights_of_events) for _ in items]
    return replace(History.of(items, weights), person=draw(st.integers(-1, 50)))


@settings(deadline=None, max_examples=60)
@given(worlds(), histories())
def test_it_votes_as_defined(people: People, history: History) -> None:
    assert_same(memory(people).votes(history), plain_votes(people, history, SMALL))


@settings(deadline=None, max_examples=60)
@given(worlds(), worlds(), histories())
def test_what_is_learned_event_by_event_counts_like_what_was_there(
    people: People, later: People, history: History
) -> None:
    last = max((at for events in people.values() for _, _, at in events), default=0.0) + DAY
    more = {
        person: [
            e for e in ((i, w, last + at) for i, w, at in events) if e[0] not in {o[0] for o in people.get(person, ())}
        ]
        for person, events in later.items()
    }
    whole = {person: [*people.get(person, ()), *more.get(person, ())] for person in {**people, **more}}
    whole = {person: events for person, events in whole.items() if events}
    one = memory(people)
    one.votes(history)
    teach(one, more)
    assert_same(one.votes(history), plain_votes(whole, history, SMALL))


@settings(deadline=None, max_examples=60)
@given(worlds(), worlds(), histories(), st.data())
def test_a_forgotten_person_counts_as_one_who_never_was(
    people: People, later: People, history: History, data: st.DataObject
) -> None:
    later = {person + 100: [(i, w, at + 10 * DAY) for i, w, at in events] for person, events in later.items()}
    one = memory(people)
    teach(one, later)
    gone = set(data.draw(st.lists(st.sampled_from(sorted({*people, *later, 999})), max_size=3)))
    for person in gone:
        one.forget(person)
    left = {person: events for person, events in {**people, **later}.items() if person not in gone}
    found = one.votes(history)
    never = memory({p: e for p, e in people.items() if p not in gone})
    teach(never, {p: e for p, e in later.items() if p not in gone})
    assert_same(found, never.votes(history))
    assert_same(memory(left).votes(history), found)
    assert not gone & set(one.contexts.interactions().users.tolist())


@settings(deadline=None, max_examples=30)
@given(worlds(), worlds(), histories())
def test_two_memories_merge_by_concatenation(people: People, others: People, history: History) -> None:
    others = {person + 100: events for person, events in others.items()}
    one, other = memory(people), memory(others)
    rows = merge(one.contexts.interactions(), other.contexts.interactions())
    both = SMALL.scorer(SMALL.fit(Ground(rows, N, 0.0)), N)
    assert_same(both.votes(history), memory({**people, **others}).votes(history))


def crowd(n_people: int = 300, length: int = 40, n_items: int = 400, seed: int = 0) -> Interactions:
    """People who walk through the titles in small steps."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, n_items, n_people)
    walked = (start[:, None] + np.cumsum(rng.integers(1, 4, (n_people, length)), 1)) % n_items
    users = np.repeat(np.arange(n_people), length)
    times = np.tile(np.arange(length) * DAY, n_people) + np.repeat(rng.random(n_people), length)
    return Interactions.of(users, walked.reshape(-1), None, times)


def test_the_most_similar_rows_alone_vote_and_all_that_tie_with_the_last() -> None:
    rows = crowd()
    few, all_of_them = Memory(rows=50), Memory(rows=1_000_000)
    arrays = few.fit(Ground(rows, 400, 0.0))
    history = rows.history(3).at(slice(5, 20))
    found, values = few.scorer(arrays, 400)._nearest(history)
    every, similar = all_of_them.scorer(arrays, 400)._nearest(history)
    bound = np.sort(similar)[-50]
    assert len(found) >= 50
    np.testing.assert_array_equal(found, every[similar >= bound])
    np.testing.assert_array_equal(values, similar[similar >= bound])


def test_the_guess_of_the_bound_changes_nothing_where_there_are_many_rows() -> None:
    rows = crowd(3000, 30, 900)
    family = Memory(rows=700)
    one = family.scorer(family.fit(Ground(rows, 900, 0.0)), 900)
    for k in range(20):
        history = rows.history(k).at(slice(3, 18))
        found, _ = one._nearest(history)
        every, similar = replace(family, rows=10**6).scorer(one._arrays, 900)._nearest(history)
        assert set(found) == set(every[similar >= np.sort(similar)[-min(700, len(similar))]])


def test_a_dislike_lowers_its_neighbours_and_never_raises_them() -> None:
    rows = crowd()
    one = Memory().scorer(Memory().fit(Ground(rows, 400, 0.0)), 400)
    liked, disliked = History.of([100, 10, 11]), History.of([100, 10, 11], [1.0, -1.0, 1.0])
    assert one.score(disliked)[12:16].max() < one.score(liked)[12:16].max()
    assert not one.votes(History.of([10, 11], [-1.0, -1.0])).any()


def test_two_who_dislike_the_same_are_not_alike_for_it() -> None:
    people = {1: [(3, -1.0, 0.0), (4, 1.0, 1.0)]}
    assert not memory(people).votes(History.of([3], [-1.0])).any()


def test_a_title_that_the_row_disliked_gets_no_vote() -> None:
    people = {1: [(3, 1.0, 0.0), (4, -1.0, 1.0), (5, 1.0, 2.0)]}
    votes = memory(people).votes(History.of([3]))
    assert votes[4] == 0
    assert votes[5] > 0


def test_without_the_seed_that_is_named_a_title_falls_by_about_as_much_as_is_said() -> None:
    rows = crowd()
    one = Memory().scorer(Memory().fit(Ground(rows, 400, 0.0)), 400)
    said, true = [], []
    for k in range(40):
        history = rows.history(k).at(slice(5, 15))
        scores = one.score(history)
        best = np.argsort(-scores, kind="stable")[:5]
        losses = one.explain(history, best)
        for column, item in enumerate(best):
            seed = int(losses[:, column].argmax())
            rest = history.at(np.arange(len(history)) != seed)
            said.append(losses[seed, column])
            true.append(scores[item] - one.score(rest)[item])
    assert np.min(said) > 0
    assert np.min(true) > 0
    assert np.corrcoef(said, true)[0, 1] > 0.75


def test_a_new_title_gets_votes_as_soon_as_it_is_somebodys_next() -> None:
    one = memory({1: [(3, 1.0, 0.0)], 2: [(3, 1.0, 0.5), (5, 1.0, 1.0)]})
    one.learn(np.array([1]), np.array([N + 4]), np.array([1.0]), np.array([2 * DAY]))
    votes = one.votes(History.of([3]))
    assert len(votes) == N + 5
    assert votes[N + 4] > 0


def test_saying_more_of_the_last_title_changes_what_is_known_of_it() -> None:
    one = memory({})
    teach(one, {1: [(3, 1.0, 0.0), (4, 0.5, 1.0), (4, 1.0, 2.0)]})
    assert one.contexts.interactions().items.tolist() == [3, 4]
    assert one.votes(History.of([3]))[4] > 0
    one.learn(np.array([1]), np.array([4]), np.array([-1.0]), np.array([3.0]))
    assert one.votes(History.of([3]))[4] == 0


def test_of_too_many_events_the_oldest_go() -> None:
    family = replace(SMALL, most=2000, half_life_s=0.0)
    one = memory({}, family)
    rng = np.random.default_rng(0)
    for k in range(6000):
        one.contexts.learn(int(rng.integers(40)), int(rng.integers(N)), 1.0, float(k))
        assert one.contexts.n_rows < 2000 + 1000 + 256
    kept = one.contexts.interactions()
    assert len(kept) <= 3000
    assert kept.times.min() > 2500


def test_a_long_list_is_read_from_its_newest_end_and_the_forgotten_do_not_fill_it() -> None:
    family = replace(SMALL, longest=3, half_life_s=0.0)
    people = {k: [(3, 1.0, float(k)), (4 + k, 1.0, k + 0.5)] for k in range(8)}
    one = memory(people, family)
    assert np.flatnonzero(one.votes(History.of([3]))).tolist() == [9, 10, 11]
    one.forget(6)
    assert np.flatnonzero(one.votes(History.of([3]))).tolist() == [8, 9, 11]
    one.learn(np.array([20, 20]), np.array([3, 25]), np.array([1.0, 1.0]), np.array([50.0, 51.0]))
    assert np.flatnonzero(one.votes(History.of([3]))).tolist() == [9, 11, 25]


def test_rows_age_even_long_after_the_fit() -> None:
    family = replace(SMALL, half_life_s=DAY, power=1.0)
    one = memory({1: [(3, 1.0, 0.0), (4, 1.0, DAY)]}, family)
    teach(one, {2: [(3, 1.0, 99 * DAY), (5, 1.0, 100 * DAY)], 3: [(3, 1.0, 101 * DAY), (6, 1.0, 102 * DAY)]})
    votes = one.votes(History.of([3]))
    assert votes[6] == pytest.approx(4 * votes[5], rel=1e-4)
    assert 0 <= votes[4] < votes[5] * 1e-20


def test_a_fit_is_not_copied_until_something_is_learned() -> None:
    rows = crowd()
    arrays = {name: array.copy() for name, array in Memory().fit(Ground(rows, 400, 0.0)).items()}
    for array in arrays.values():
        array.flags.writeable = False
    one = Memory().scorer(arrays, 400)
    one.score(rows.history(0))
    assert all(
        mine is arrays[name] for name, mine in zip(one.contexts.fitted._fields, one.contexts.fitted, strict=True)
    )
    assert one.contexts.scales is arrays["scales"]
    one.forget(0)
    one.learn(np.array([1]), np.array([7]), np.array([1.0]), np.array([1e9]))
    assert np.isfinite(one.score(rows.history(0))).all()
