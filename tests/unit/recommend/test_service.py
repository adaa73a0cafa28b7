"""The recommender of a worker: no answer older than what was acknowledged, whatever is published meanwhile."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import NotFound, Unavailable
from cinoche.kit.personal import Subject
from cinoche.recommend import rows, service
from cinoche.recommend.artefact import TitleFacts, publish
from cinoche.recommend.gate import Gated
from cinoche.recommend.page import Rules
from cinoche.recommend.rows import Evidence, Placed
from cinoche.recommend.service import LOOK_EVERY_S, Listing, Recommender
from cinoche.recommend.statistics import History
from cinoche.recommend.training import Interactions, Params, train

AS_OF = 1_700_000_000.0
N = 40
ME = "me"
GENRES = ("Comedy", "Crime")


def title(number: int) -> str:
    return f"t{number:02}"


FACTS = [TitleFacts(title(n), f"Film {n}", 1980 + n, (GENRES[n % 2],)) for n in range(N)]


def trained(offset: int = 0, *, facts: Sequence[TitleFacts] = FACTS, as_of: float = AS_OF):  # type: ignore[no-untyped-def]
    """Two tastes: those who like even films, and those who like odd ones."""
    rng = np.random.default_rng(0)
    users, items, times = [], [], []
    for user in range(120):
        liked = rng.permutation(np.arange(user % 2, N, 2))[:10]
        users += [user] * len(liked)
        items += liked.tolist()
        times += (AS_OF - DAY_S * (20 - np.arange(len(liked)))).tolist()
    params = Params(hyper={"ease": {"reg": 10.0}, "sequence-ridge": {"reg": 10.0, "joint_titles": 20}})
    return train(Interactions.of(users, items, None, times), facts, as_of=as_of, offset=offset, params=params)


@pytest.fixture(scope="module")
def draft():  # type: ignore[no-untyped-def]
    return trained()


def faces_of(numbers: Sequence[int], version: int = 1) -> Faces:
    faces = tuple(Face(title(n), f"Film {n}", 1980 + n, Kind.FILM, genres=(GENRES[n % 2],)) for n in numbers)
    return Faces(version, faces, {face.title_id: place for place, face in enumerate(faces)})


class World:
    """A log, a folder of models, a catalogue and a clock, and a recommender that looks at them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = MemoryEventLog()
        self.faces = faces_of(range(N))
        self.now = AS_OF
        self.recommender = self.another()
        self._numbers: Iterator[int] = count()

    def another(self) -> Recommender:
        return Recommender(self.log, self.folder, lambda: self.faces, clock=lambda: self.now)

    def say(self, kind: str, number: int, subject: str = ME, **data: object) -> int:
        self.now += 1
        event = Event(
            "test", str(next(self._numbers)), kind, subject, self.now, {types.TITLE_ID: title(number), **data}
        )
        return self.log.append([event]).result().offset

    def like(self, *numbers: int, subject: str = ME) -> None:
        for number in numbers:
            self.say(types.TITLE_LIKED, number, subject)

    def show(self, *seen: dict[str, object], subject: str = ME) -> None:
        event = Event("test", str(next(self._numbers)), types.SLATE_SHOWN, subject, self.now, {types.ROWS: list(seen)})
        self.log.append([event]).result()

    def listed(self, n: int = 10, subject: str = ME) -> list[str]:
        return ids(self.recommender.recommend(subject, Rules(), n=n))


def placed(listing: Listing) -> Sequence[Placed]:
    return listing.rows[0].items


def ids(listing: Listing) -> list[str]:
    return [listing.catalogue.faces[each.position].title_id for each in placed(listing)]


@pytest.fixture
def world(tmp_path: Path, draft) -> World:  # type: ignore[no-untyped-def]
    publish(tmp_path / "artefacts", draft)
    return World(tmp_path / "artefacts")


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    world = World(tmp_path / "none")
    for ask in (
        world.listed,
        lambda: world.recommender.home(ME, Rules()),
        lambda: world.recommender.suggest([], Rules(), n=1),
    ):
        with pytest.raises(Unavailable, match="cinoche train"):
            ask()


def test_the_first_model_is_found_without_a_restart(tmp_path: Path, draft) -> None:  # type: ignore[no-untyped-def]
    world = World(tmp_path)
    with pytest.raises(Unavailable):
        world.listed()
    publish(tmp_path, draft)
    assert len(world.listed()) == 10


def test_the_very_next_list_knows_what_was_acknowledged(world: World) -> None:
    for number in range(0, 12, 2):
        before = world.listed()
        offset = world.say(types.TITLE_RATED, int(before[0][1:]), rating=5.0)
        after = world.recommender.recommend(ME, Rules(), n=10)
        assert after.offset == offset
        assert before[0] not in ids(after), number


def test_every_worker_reads_what_any_wrote(world: World) -> None:
    other = world.another()
    other.recommend(ME, Rules(), n=3)
    world.like(0, 2, 4)
    assert (
        ids(other.recommend(ME, Rules(), n=10)) == world.listed() == ids(world.another().recommend(ME, Rules(), n=10))
    )


def test_a_person_erased_by_another_process_is_out_of_memory_at_the_next_answer(world: World) -> None:
    world.like(0, 2, 4)
    world.like(1, subject="bob")
    world.listed()
    world.listed(subject="bob")
    world.log.erase(Subject(pseudonym=ME))
    world.listed(subject="bob")
    assert set(world.recommender._states) == {"bob"}
    assert not world.recommender.state(ME).titles


def test_the_list_follows_taste(world: World) -> None:
    world.like(0, 2, 4)
    assert all(int(each[1:]) % 2 == 0 for each in world.listed(8))
    world.like(1, 3, 5, 7, subject="somebody else")
    assert all(int(each[1:]) % 2 == 1 for each in world.listed(8, "somebody else"))


def test_the_evidence_is_true(world: World) -> None:
    """Without the title that the evidence names, the score falls."""
    world.like(0, 1, 6)
    model, catalogue = world.recommender.laid_out()
    liked = [0, 1, 6]
    whole = model.blend.scored(History.of(liked), is_ordered=False)
    listing = world.recommender.suggest([title(n) for n in liked], Rules(), n=10)
    assert any(each.evidence.kind == rows.SEED for each in placed(listing))
    for each in placed(listing):
        if each.evidence.kind != rows.SEED:
            continue
        item = int(catalogue.item[each.position])
        named = model.index[each.evidence.title_id or ""]
        votes = whole.explain([item])[:, 0]
        assert votes[liked.index(named)] == votes.max() > 0
        rest = model.blend.scored(History.of([n for n in liked if n != named]), is_ordered=False)
        raised = {
            name: whole.factors[name] * whole.vectors[name][item] for name in whole.factors if "popular" not in name
        }
        left = {name: whole.factors[name] * rest.vectors[name][item] for name in raised if name in rest.vectors}
        assert sum(left.values()) < sum(raised.values())


def test_without_any_title_that_why_names_the_score_would_be_lower(world: World) -> None:
    world.like(0, 1, 6, 8, 13)
    model, catalogue = world.recommender.laid_out()
    named = 0
    for number in range(N):
        why = world.recommender.why(ME, title(number), Rules())
        _, scored = world.recommender._taste_scored(model, catalogue, ME, Rules())
        item = model.index[title(number)]
        for fact in why.facts:
            if fact.kind == rows.SEED:
                named += 1
                assert fact.title_id != title(number)
                assert isinstance(scored.base, Gated)
                history, seed = scored.history, model.index[fact.title_id or ""]
                others = history.where(history.items != item)
                left = others.where(others.items != seed)
                with_it, without = (float(scored.base.gate.score(each)[item]) for each in (others, left))
                assert without < with_it
    assert named > N


def test_nobody_is_said_to_like_a_title_that_a_list_is_about(world: World) -> None:
    kinds = {each.evidence.kind for each in placed(world.recommender.similar(title(0), Rules(), n=10))}
    assert kinds
    assert kinds <= {rows.KIN, rows.SAME_DIRECTOR, rows.SAME_GENRES}


def test_what_was_only_watched_is_not_said_to_be_liked(world: World) -> None:
    world.say(types.PLAYBACK_COMPLETED, 0)
    kinds = {each.evidence.kind for each in placed(world.recommender.recommend(ME, Rules(), n=5))}
    assert kinds == {rows.WATCHED}
    assert rows.SEED not in {each.kind for each in world.recommender.why(ME, title(2), Rules()).facts}
    world.like(0)
    kinds = {each.evidence.kind for each in placed(world.recommender.recommend(ME, Rules(), n=5))}
    assert kinds == {rows.SEED}


def test_why_tells_everything_that_is_so_and_nothing_else(world: World) -> None:
    world.like(0, 2)
    world.say(types.WATCHLIST_ADDED, 4)
    facts = world.recommender.why(ME, title(4), Rules()).facts
    assert [each.kind for each in facts][:2] == [rows.LISTED, rows.SEED]
    assert {each.title_id for each in facts if each.kind == rows.SEED} <= {title(0), title(2)}
    assert Evidence(rows.TASTE, name="Comedy", value=1.0) in facts
    assert not any(each.kind in {rows.PROGRESS, rows.SEEN, rows.PLAYS_HERE} for each in facts)
    popular = [each for each in facts if each.kind == rows.POPULAR]
    assert all(each.value and each.value >= rows.NUMBERED_FROM for each in popular)


def test_why_of_an_unknown_title_is_not_found_and_of_a_new_one_is_empty(world: World) -> None:
    with pytest.raises(NotFound):
        world.recommender.why(ME, "nothing", Rules())
    world.faces = faces_of(range(N + 1), version=2)
    assert not world.recommender.why("newcomer", title(N), Rules()).facts


def test_a_newcomer_is_told_that_it_is_popular(world: World) -> None:
    listing = world.recommender.recommend("newcomer", Rules(), n=5)
    assert {each.evidence.kind for each in placed(listing)} == {rows.POPULAR}


def test_a_home_has_rows_and_no_title_twice(world: World) -> None:
    world.like(0, 2, 4)
    listing = world.recommender.home(ME, Rules())
    shown = [each.position for row in listing.rows for each in row.items]
    assert shown
    assert len(shown) == len(set(shown))
    assert listing.offset == world.log.end()


def test_states_that_do_not_fit_in_memory_are_folded_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "STATES_KEPT", 2)
    for subject in ("a", "b", "c"):
        world.like(0, subject=subject)
        assert title(0) in world.recommender.state(subject).titles or world.recommender.catch_up()
    world.recommender.catch_up()
    world.recommender.state("b")
    world.recommender.state("d")
    assert list(world.recommender._states) == ["b", "d"]
    world.like(2, subject="a")
    world.recommender.catch_up()
    assert set(world.recommender.state("a").titles) == {title(0), title(2)}


def test_a_profile_that_was_forgotten_is_read_again(world: World) -> None:
    world.like(0)
    world.listed()
    world.recommender.forget(ME)
    world.recommender.forget("nobody")
    assert title(0) in world.recommender.state(ME).titles


def test_a_new_model_is_picked_up_within_a_second(world: World) -> None:
    old = world.recommender.laid_out()[0].version
    new = publish(world.folder, trained(7))
    assert world.recommender.laid_out()[0].version == old
    world.now += LOOK_EVERY_S
    assert world.recommender.laid_out()[0].version == new != old
    assert len(world.listed()) == 10


def test_a_broken_model_leaves_the_one_before_in_use(world: World) -> None:
    old, listed = world.recommender.laid_out()[0].version, world.listed()
    new = publish(world.folder, trained(7))
    (world.folder / new / "ease.weights.npy").write_bytes(b"half")
    world.now += LOOK_EVERY_S
    assert world.recommender.laid_out()[0].version == old
    assert world.listed() == listed
    (world.folder / old / "manifest.json").unlink()
    (world.folder / "current").write_text("elsewhere")
    world.now += LOOK_EVERY_S
    assert world.listed() == listed


def test_titles_like_one_leave_it_out_and_stay_near_it(world: World) -> None:
    found = ids(world.recommender.similar(title(4), Rules(), n=5))
    assert title(4) not in found
    assert all(int(each[1:]) % 2 == 0 for each in found)


def test_an_unknown_title_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="nothing"):
        world.recommender.suggest([title(1), "nothing"], Rules(), n=5)


def test_a_title_newer_than_the_model_has_nothing_like_it_yet_and_is_listed_last(world: World) -> None:
    world.recommender.laid_out()
    world.faces = faces_of(range(N + 1), version=2)
    found = world.recommender.similar(title(N), Rules(), n=5)
    assert placed(found) == []
    world.like(0, 2, N)
    assert world.listed(N + 1)[-1] == title(N)


def test_a_title_that_left_the_catalogue_is_never_listed(world: World) -> None:
    world.like(0, 2)
    gone = world.listed(1)[0]
    world.faces = faces_of([n for n in range(N) if title(n) != gone], version=2)
    assert gone not in world.listed(N)
    assert gone not in ids(world.recommender.similar(title(0), Rules(), n=N))
    with pytest.raises(NotFound):
        world.recommender.similar(gone, Rules(), n=5)


def test_a_catalogue_that_changes_between_any_two_looks_is_harmless(world: World) -> None:
    world.like(0, 2, 4)
    kept = list(range(N - 5))
    catalogues = [faces_of(kept, 2), faces_of(kept[::-1], 3), faces_of([*kept, *range(N - 5, N + 3)], 4)]
    looks = count()
    changing = Recommender(
        world.log, world.folder, lambda: catalogues[next(looks) % len(catalogues)], clock=lambda: world.now
    )
    for _ in range(len(catalogues)):
        home = changing.home(ME, Rules())
        lists = [changing.recommend(ME, Rules(), n=10), changing.similar(title(4), Rules(), n=5)]
        lists += [home, changing.suggest([title(6)], Rules(), n=5)]
        for listing in lists:
            shown = [each.position for row in listing.rows for each in row.items]
            assert len(set(shown)) == len(shown)
            assert {
                listing.catalogue.faces[position].title_id for position in shown
            } <= listing.catalogue.position.keys()
        assert changing.why(ME, title(8), Rules()).facts is not None
    assert next(looks) > len(catalogues)


def test_liking_a_title_that_left_the_catalogue_breaks_nothing(world: World) -> None:
    world.like(0)
    world.faces = faces_of(range(1, N), version=2)
    assert len(world.recommender.home(ME, Rules()).rows) > 0
    assert len(world.listed()) == 10


def test_an_empty_catalogue_gives_empty_lists(world: World) -> None:
    world.faces = faces_of([], version=2)
    assert world.listed() == []
    assert world.recommender.home(ME, Rules()).rows == []


def test_what_a_person_dislikes_is_never_the_reason_for_a_title(world: World) -> None:
    world.say(types.TITLE_RATED, 0, rating=0.5)
    world.say(types.TITLE_RATED, 2, rating=5.0)
    reasons = {each.evidence.title_id for each in placed(world.recommender.recommend(ME, Rules(), n=N))}
    assert title(2) in reasons
    assert title(0) not in reasons
