"""The sums that are kept: brought up to date they are a recount, without somebody they are as if they never came."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sums import assert_same, by_title

from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.personal import Subject, mark_of
from cinoche.recommend.counting import count
from cinoche.recommend.people import People
from cinoche.recommend.statistics import Bin, History, Layout
from cinoche.recommend.sums_store import SumsStore
from cinoche.recommend.sums_update import SumsUpdate, merged

AS_OF = 1_700_000_000.0
TITLES = [f"t{k}" for k in range(8)]
PEOPLE = ["ada", "bob", "cleo", "dan"]
BINS = {"head_bins": (Bin(1, 2, 0.7), Bin(3, 4, 0.9)), "tail_bin": Bin(1, 5, 0.8)}


def wanted(update: SumsUpdate, n_items: int = len(TITLES), *, min_ratings: int = 1) -> Layout:
    """The layout that a training would choose; with ``min_ratings`` 0 every title is warm."""
    counts = update.interactions().counts(n_items) + (min_ratings == 0)
    return Layout.choose(counts, as_of=update.as_of, min_ratings=min_ratings, joint_titles=99, **BINS)  # type: ignore[arg-type]


def train(
    store: SumsStore,
    histories: Mapping[str, Mapping[str, float]],
    *,
    catalogue: list[str] = TITLES,
    offset: int = 1,
    as_of: float = AS_OF,
    stamp: str = "",
    min_ratings: int = 1,
) -> SumsUpdate:
    """One training: what these people have done by now, each title an hour after the other."""
    snapshot = store.begin()
    update = SumsUpdate(snapshot, catalogue, offset=offset, erasures=0, as_of=as_of, stamp=stamp)
    update.learn({who: history(update, what) for who, what in histories.items()})
    update.count(wanted(update, len(catalogue), min_ratings=min_ratings))
    changed, gone = update.to_keep()
    assert not store.commit(
        snapshot, update.state(), update.arrays, changed=changed, gone=gone, is_anew=update.before is None
    )
    return update


def history(update: SumsUpdate, what: Mapping[str, float]) -> History:
    items = [update.number[title_id] for title_id in what]
    return History.of(items, list(what.values()), AS_OF - 30 * DAY_S + 3600 * np.arange(len(items)))


def kept(store: SumsStore) -> Mapping[str, np.ndarray]:
    sums, _, state = store.statistics()
    return by_title(sums, state)


def fresh(tmp_path: Path, histories: Mapping[str, Mapping[str, float]], **more: object) -> Mapping[str, np.ndarray]:
    folder = tmp_path / "fresh"
    shutil.rmtree(folder, ignore_errors=True)
    store = SumsStore(folder)
    train(store, histories, **more)  # type: ignore[arg-type]
    return kept(store)


@pytest.fixture
def store(tmp_path: Path) -> SumsStore:
    return SumsStore(tmp_path / "sums")


some_titles = st.lists(st.sampled_from(TITLES), unique=True, max_size=6)
tastes = st.fixed_dictionaries(
    {
        who: some_titles.map(lambda titles: {each: (-1.0, 0.5, 1.0)[int(each[1:]) % 3] for each in titles})
        for who in PEOPLE
    }
)
ADA = {"t0": 1.0, "t1": 1.0, "t2": 0.5, "t3": 1.0}
BOB = {"t1": 1.0, "t0": 0.5, "t4": 1.0}
CLEO = {"t2": 1.0, "t3": 1.0, "t1": 1.0, "t0": 1.0, "t4": 0.5}


@given(st.lists(tastes, min_size=2, max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_brought_up_to_date_again_and_again_they_are_what_a_recount_gives(
    tmp_path: Path, rounds: list[dict[str, dict[str, float]]]
) -> None:
    folder = tmp_path / "sums"
    shutil.rmtree(folder, ignore_errors=True)
    store = SumsStore(folder)
    for offset, histories in enumerate(rounds):
        update = train(store, histories, offset=offset, min_ratings=0)
        assert ("anew" in update.said()) is (offset == 0)
        assert_same(kept(store), fresh(tmp_path, histories, min_ratings=0))


@given(tastes, st.sampled_from(PEOPLE))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_forgetting_somebody_is_as_if_they_never_came(
    tmp_path: Path, histories: dict[str, dict[str, float]], gone: str
) -> None:
    folder = tmp_path / "sums"
    shutil.rmtree(folder, ignore_errors=True)
    store, others = SumsStore(folder), {who: what for who, what in histories.items() if who != gone}
    update = train(store, histories)
    layout = update.count(wanted(update)).layout
    assert store.forget(gone) is bool(histories[gone])
    expected = SumsUpdate(SumsStore(tmp_path / "other").begin(), TITLES, offset=1, erasures=0, as_of=AS_OF, stamp="")
    expected.learn({who: history(expected, what) for who, what in others.items()})
    without = expected.count(layout)
    sums, people, _ = store.statistics()
    assert gone not in people.number
    for name, array in expected.arrays.items():
        if name != "decayed":
            np.testing.assert_allclose(sums.arrays[name], array, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(sums.decayed(7 * DAY_S), without.decayed(7 * DAY_S), atol=1e-6)


def test_forgetting_begun_again_takes_nothing_out_twice(store: SumsStore) -> None:
    train(store, {"ada": ADA, "bob": BOB})
    assert store.forget("ada")
    once = kept(store)
    assert not store.forget("ada")
    store.settle()
    assert_same(kept(store), once)


def test_what_a_crash_kept_from_being_written_is_written_by_whoever_comes_next(
    store: SumsStore, tmp_path: Path
) -> None:
    train(store, {"ada": ADA, "bob": BOB, "cleo": CLEO})
    (version,) = (each for each in (tmp_path / "sums").iterdir() if each.is_dir())
    shutil.copytree(version, tmp_path / "before")
    store.forget("ada")
    expected = {name: array.copy() for name, array in kept(store).items()}
    for file in version.iterdir():  # as if the power had gone before the arrays were written
        file.write_bytes((tmp_path / "before" / file.name).read_bytes())
    assert_same(kept(SumsStore(tmp_path / "sums")), expected)
    assert store.begin().why == ""


def test_nothing_of_a_forgotten_person_is_left_in_the_ledger(store: SumsStore, tmp_path: Path) -> None:
    who = "c0ffee-the-pseudonym-of-ada"
    train(store, {who: ADA, "bob": BOB})
    assert store.erase(Subject(pseudonym=who)) == 1
    for file in (tmp_path / "sums").glob("ledger.db*"):
        assert who.encode() not in file.read_bytes()
    assert not list(store.export(Subject(pseudonym=who)))
    assert next(iter(store.export(Subject(pseudonym="bob"))))["title_id"] == "t1"


def test_somebody_forgotten_during_a_training_keeps_it_from_publishing_until_they_are_out(
    store: SumsStore, tmp_path: Path
) -> None:
    everybody = {"ada": ADA, "bob": BOB, "cleo": CLEO}
    snapshot = store.begin()
    update = SumsUpdate(snapshot, TITLES, offset=1, erasures=0, as_of=AS_OF, stamp="")
    update.learn({who: history(update, what) for who, what in everybody.items()})
    update.count(wanted(update))
    store.forget("ada")
    published: list[str] = []

    def commit() -> frozenset[bytes]:
        changed, gone = update.to_keep()
        return store.commit(
            snapshot, update.state(), update.arrays, changed=changed, gone=gone, is_anew=True,
            publish=lambda: published.append("model"),
        )  # fmt: skip

    assert commit() == {mark_of("ada")}
    assert not published
    snapshot = store.seen_since(snapshot)
    assert update.take_out(snapshot.marks)
    assert commit() == frozenset()
    assert published == ["model"]
    assert "ada" not in store.statistics()[1].number
    sums, _, state = store.statistics()
    np.testing.assert_allclose(by_title(sums, state)["counts"][:5], [2, 2, 1, 1, 2])
    assert not store.is_stale()


def test_who_was_forgotten_is_in_no_later_snapshot_and_the_matrices_are_to_be_solved_again(store: SumsStore) -> None:
    train(store, {"ada": ADA, "bob": BOB})
    assert not store.is_stale()
    store.forget("nobody we know")
    assert not store.is_stale()
    store.forget("ada")
    assert store.is_stale()
    assert mark_of("ada") in store.begin().marks
    train(store, {"bob": BOB}, offset=2)
    assert not store.is_stale()


def test_new_titles_force_no_recount_until_they_are_warm(store: SumsStore, tmp_path: Path) -> None:
    everybody = {"ada": ADA, "bob": BOB, "cleo": CLEO}
    train(store, everybody, catalogue=TITLES[:6], min_ratings=2)
    more = everybody | {"dan": {"t0": 1.0, "t7": 1.0}}
    update = train(store, {"dan": more["dan"]}, offset=2, min_ratings=2)
    assert update.said() == "brought up to date for 1 of 4 people"
    assert_same(kept(store), fresh(tmp_path, more, min_ratings=2))
    more |= {"eve": {"t7": 1.0, "t0": 1.0}}
    update = train(store, {"eve": more["eve"]}, offset=3, min_ratings=2)
    assert "counted anew, of 5 people (other titles are warm now" in update.said()
    assert_same(kept(store), fresh(tmp_path, more, min_ratings=2))


def test_a_title_that_leaves_the_catalogue_leaves_the_sums_and_comes_back_into_them(
    store: SumsStore, tmp_path: Path
) -> None:
    everybody = {"ada": ADA, "bob": BOB, "cleo": CLEO}
    train(store, everybody)
    without = [title for title in TITLES if title != "t1"]
    train(store, {}, catalogue=without, offset=2)
    assert kept(store)["counts"][1] == 0
    train(store, {}, catalogue=TITLES, offset=3)
    assert_same(kept(store), fresh(tmp_path, everybody))


def test_what_is_dated_in_the_future_is_counted_when_its_time_has_come(store: SumsStore, tmp_path: Path) -> None:
    early = AS_OF - 30 * DAY_S + 3600
    everybody = {"ada": ADA, "bob": BOB}
    train(store, everybody, as_of=early)
    assert kept(store)["counts"].sum() == 4
    train(store, {}, as_of=AS_OF, offset=2)
    assert_same(kept(store), fresh(tmp_path, everybody))


@pytest.mark.parametrize(
    ("stamp", "offset", "reason"), [("other weights", 2, "weights of signals"), ("", 0, "log is another")]
)
def test_what_histories_depend_on_forces_a_recount_that_says_why(
    store: SumsStore, stamp: str, offset: int, reason: str
) -> None:
    train(store, {"ada": ADA, "bob": BOB})
    update = train(store, {"bob": BOB}, stamp=stamp, offset=offset)
    assert reason in update.said()
    assert update.after == 0
    assert list(store.statistics()[1].subjects) == ["bob"]


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-8])


def _changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[7] ^= 1
    file.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(_cut_short, "cut short"), (_changed, "damaged"), (Path.unlink, "missing")],
    ids=["cut short", "changed", "missing"],
)
def test_sums_that_are_not_whole_are_not_gone_on_from(
    store: SumsStore, tmp_path: Path, spoil: object, reason: str
) -> None:
    train(store, {"ada": ADA, "bob": BOB})
    (file,) = (tmp_path / "sums").glob("[0-9]*/together.f64")
    spoil(file)  # type: ignore[operator]
    snapshot = store.begin()
    assert snapshot.state is None
    assert reason in snapshot.why
    store.give_up(snapshot)
    assert reason in train(store, {"ada": ADA}).said()
    assert list(store.statistics()[1].subjects) == ["ada"]


def test_a_ledger_of_another_version_is_refused_and_an_erasure_deletes_it(store: SumsStore, tmp_path: Path) -> None:
    train(store, {"ada": ADA})
    with closing(sqlite3.connect(tmp_path / "sums" / "ledger.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(Unavailable, match="format 99"):
        store.begin()
    assert store.erase(Subject(pseudonym="ada")) == 1
    assert store.begin().state is None


def test_a_training_that_was_killed_leaves_what_is_kept_as_it_was(store: SumsStore, tmp_path: Path) -> None:
    train(store, {"ada": ADA, "bob": BOB})
    before = kept(store)
    snapshot = store.begin()
    snapshot.arrays["together"][:] = 7.0
    assert_same(kept(store), before)
    again = store.begin()
    assert not snapshot.folder.exists()
    store.give_up(again)
    assert_same(kept(store), before)


def test_parts_of_a_log_add_up_to_the_whole(tmp_path: Path) -> None:
    everybody = {"ada": ADA, "bob": BOB, "cleo": CLEO}
    whole = SumsStore(tmp_path / "whole")
    update = train(whole, everybody)
    layout = update.count(wanted(update)).layout
    parts = []
    for name, people in {"a": ["ada"], "b": ["bob", "cleo"]}.items():
        store = SumsStore(tmp_path / name)
        snapshot = store.begin()
        part = SumsUpdate(snapshot, TITLES, offset=1, erasures=0, as_of=AS_OF, stamp="")
        part.learn({who: history(part, everybody[who]) for who in people})
        part.count(layout)
        store.commit(snapshot, part.state(), part.arrays, changed=part.people, is_anew=True)
        parts.append(store)
    into = SumsStore(tmp_path / "into")
    into.take_in(merged([part.statistics() for part in parts]))
    assert_same(kept(into), kept(whole))
    assert sorted(into.statistics()[1].subjects) == sorted(everybody)
    into.forget("ada")
    parts[1].forget("nobody")
    assert_same(kept(into), kept(parts[1]))


def test_sums_that_are_no_parts_of_one_whole_do_not_add_up(tmp_path: Path) -> None:
    one, other = SumsStore(tmp_path / "one"), SumsStore(tmp_path / "other")
    train(one, {"ada": ADA})
    train(other, {"ada": ADA})
    with pytest.raises(Invalid, match="Somebody is in two parts"):
        merged([one.statistics(), other.statistics()])
    train(other, {"bob": BOB}, offset=2)
    with pytest.raises(Invalid, match="not parts of one whole"):
        merged([one.statistics(), other.statistics()])


def test_people_are_columns_that_can_be_cut_and_joined() -> None:
    people = People.of({"ada": History.of([1, 2]), "none": History.of([]), "bob": History.of([3])})
    assert list(people.subjects) == ["ada", "bob"]
    assert people.users.tolist() == [0, 0, 1]
    left = people.keep(np.array([True, False, False]))
    assert left.bounds.tolist() == [0, 1, 1]
    assert people.any_of_each(np.array([False, True, False])).tolist() == [True, False]
    joined = people.only(people.among({"bob"})).and_also(People.of({"cleo": History.of([4, 5])}))
    assert joined.entries.items.tolist() == [3, 4, 5]
    history = joined.history("cleo")
    assert history is not None
    assert history.items.tolist() == [4, 5]
    assert joined.history("ada") is None
    assert count(Layout.choose([0] * 6, as_of=0, min_ratings=1, joint_titles=0), joined.users, joined.entries)  # type: ignore[arg-type]
