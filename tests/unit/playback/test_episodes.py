"""Which episode a click on a series plays."""

import pytest

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.library.models import TitleState
from cinoche.playback.episodes import episodes_of, pick_next, series_of


def faces_of(*faces: Face) -> Faces:
    children: dict[str, tuple[str, ...]] = {}
    for face in faces:
        if face.parent_id:
            children[face.parent_id] = (*children.get(face.parent_id, ()), face.title_id)
    return Faces(1, faces, {face.title_id: place for place, face in enumerate(faces)}, children=children)


def face(title_id: str, kind: Kind, parent_id: str | None = None) -> Face:
    return Face(title_id, title_id, 2026, kind, parent_id=parent_id)


FACES = faces_of(
    face("series", Kind.SERIES),
    face("s1", Kind.SEASON, "series"),
    face("s2", Kind.SEASON, "series"),
    face("a", Kind.EPISODE, "s1"),
    face("b", Kind.EPISODE, "s1"),
    face("c", Kind.EPISODE, "s2"),
    face("special", Kind.EPISODE, "series"),
    face("film", Kind.FILM),
)


def played(title_id: str, at: float) -> TitleState:
    return TitleState(title_id, watched_at=at, position_s=100, position_at=at, completed_at=at)


def begun(title_id: str, at: float) -> TitleState:
    return TitleState(title_id, watched_at=at, position_s=10, position_at=at)


def test_the_episodes_of_a_series_are_those_of_its_seasons_in_order():
    assert episodes_of(FACES, "series") == ["a", "b", "c", "special"]
    assert episodes_of(FACES, "s2") == ["c"]
    assert episodes_of(FACES, "a") == episodes_of(FACES, "film") == episodes_of(FACES, "nothing") == []


def test_an_episode_knows_its_series():
    assert series_of(FACES, "a") == series_of(FACES, "s1") == series_of(FACES, "special") == "series"
    assert series_of(FACES, "film") is series_of(FACES, "series") is series_of(FACES, "nothing") is None


def test_parents_in_a_circle_end():
    round_about = faces_of(face("x", Kind.EPISODE, "y"), face("y", Kind.SEASON, "x"))
    assert series_of(round_about, "x") is None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], "a"),
        ([begun("a", 1)], "a"),
        ([played("a", 1)], "b"),
        ([played("a", 1), begun("c", 2)], "c"),
        ([played("a", 1), begun("c", 2), begun("b", 3)], "b"),
        ([played("b", 1), played("c", 2)], "a"),
        ([played("a", 1), played("b", 2), played("c", 3)], "a"),
        ([TitleState("b", watched_at=1, position_s=1, position_at=1, removed_at=2)], "a"),
    ],
)
def test_what_follows_what_was_watched_last(states, expected):
    assert pick_next(["a", "b", "c"], {state.title_id: state for state in states}) == expected


def test_a_series_without_episodes_plays_nothing():
    assert pick_next([], {}) is None
