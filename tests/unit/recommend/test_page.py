"""A page is a pure function: no title twice, nothing that is not allowed, no row without something to say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.catalog.models import Face, Kind
from cinoche.library.models import LIKED, TitleState
from cinoche.recommend import rows
from cinoche.recommend.catalogue import UNKNOWN_AGE, Catalogue, best
from cinoche.recommend.exploration import Exploration
from cinoche.recommend.page import Rules, compose
from cinoche.recommend.rerank import Balance
from cinoche.recommend.rows import Evidence, Held, Row, Taste
from cinoche.recommend.state import ProfileState

N = 60
NOW = 1_000_000_000.0
DAY_S = 86_400.0
GENRES = ["Comedy", "Crime", "Drama"]


def title(number: int) -> str:
    return f"t{number:02d}"


def a_catalogue(
    n: int = N, *, ages: Sequence[int] | None = None, people: dict[str, list[int]] | None = None
) -> Catalogue:
    faces = [Face(title(i), f"Film {i}", 2000 + i % 20, Kind.FILM, genres=(GENRES[i % 3],)) for i in range(n)]
    has_genre = np.array([[i % 3 == g for i in range(n)] for g in range(3)], dtype=np.bool_)
    counts = np.arange(n, 0, -1, dtype=np.float32)
    by_person = people or {}
    parts: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for person, positions in by_person.items():
        for position in positions:
            parts[title(position)] = (*parts.get(title(position), ()), (person, person.title(), "director"))
    return Catalogue(
        faces=faces,
        position={title(i): i for i in range(n)},
        people=parts,
        by_person=by_person,
        item=np.arange(n, dtype=np.int32),
        position_of_item=np.arange(n, dtype=np.intp),
        min_age=np.array(ages if ages is not None else [UNKNOWN_AGE] * n, dtype=np.uint8),
        is_proposed=np.ones(n, dtype=np.bool_),
        has_media=np.arange(n) >= n // 2,
        genres=GENRES,
        has_genre=has_genre,
        counts=counts,
        recent=counts,
        trend=np.log1p(counts),
        counted_at=NOW,
        length_s=np.full(n, 6000.0),
        added_at=np.zeros(n),
    )


def a_taste(catalogue: Catalogue, *states: TitleState, liked: dict[int, float] | None = None) -> Taste:
    n = len(catalogue)

    def like(position: int) -> np.ndarray:
        return (1.0 / (1.0 + np.abs(np.arange(n) - position))).astype(np.float32)

    return Taste(
        state=ProfileState({each.title_id: each for each in states}),
        scores=np.linspace(1, 0, n, dtype=np.float32),
        liked=liked or {},
        explain=lambda positions: [Evidence(rows.POPULAR)] * len(positions),
        like=like,
        loss=lambda _, positions: np.ones(len(positions), dtype=np.float32),
        now=NOW,
    )


def kinds(page: Sequence[Row]) -> list[str]:
    return [row.kind for row in page]


def row(page: Sequence[Row], kind: str) -> list[int]:
    return [placed.position for each in page if each.kind == kind for placed in each.items]


def played(number: int, *, days_ago: float = 30) -> TitleState:
    at = NOW - days_ago * DAY_S
    return TitleState(title(number), watched_at=at, position_s=99, position_at=at, completed_at=at)


def test_a_newcomer_gets_no_row_that_pretends_to_know_them() -> None:
    page = compose(a_catalogue(), a_taste(a_catalogue()), Rules())
    assert set(kinds(page)) == {rows.TRENDING, rows.GENRE}


def test_a_liked_title_opens_the_rows_that_speak_of_it() -> None:
    catalogue = a_catalogue(200)
    page = compose(catalogue, a_taste(catalogue, played(3), liked={3: 0.8}), Rules())
    assert {rows.TOP_PICKS, rows.BECAUSE, rows.HIDDEN_GEMS} <= set(kinds(page))
    because = next(each for each in page if each.kind == rows.BECAUSE)
    assert because.about == Evidence(rows.WATCHED, title(3))


def test_a_row_says_liked_of_what_somebody_said_they_like_in_whole_or_in_part() -> None:
    catalogue = a_catalogue(200)
    for state in (
        replace(played(3), reaction=LIKED),
        replace(played(3), rating=3.5),
        replace(played(3), sentiment=1.0),
    ):
        page = compose(catalogue, a_taste(catalogue, state, liked={3: 0.8}), Rules())
        about = next(each.about for each in page if each.kind == rows.BECAUSE)
        assert about == Evidence(rows.SEED, title(3))


@settings(max_examples=40)
@given(st.lists(st.integers(0, N - 1), max_size=20, unique=True), st.integers(0, 3), st.data())
def test_no_title_stands_twice_on_a_page(seen: list[int], listed: int, data: st.DataObject) -> None:
    catalogue = a_catalogue()
    states = [played(number, days_ago=data.draw(st.floats(0, 60))) for number in seen]
    states += [
        TitleState(title(number), is_listed=True, listed_at=NOW) for number in range(listed) if number not in seen
    ]
    page = compose(catalogue, a_taste(catalogue, *states, liked=dict.fromkeys(seen, 0.8)), Rules())
    places = [placed.position for each in page for placed in each.items]
    assert len(places) == len(set(places))


def test_what_was_seen_is_not_proposed_but_may_be_watched_again() -> None:
    catalogue = a_catalogue()
    page = compose(catalogue, a_taste(catalogue, played(0), liked={0: 0.8}), Rules())
    assert 0 not in row(page, rows.TOP_PICKS)
    assert row(page, rows.WATCH_AGAIN) == [0]


def test_what_was_seen_lately_is_not_yet_to_be_watched_again() -> None:
    catalogue = a_catalogue()
    page = compose(catalogue, a_taste(catalogue, played(0, days_ago=2), liked={0: 0.8}), Rules())
    assert rows.WATCH_AGAIN not in kinds(page)


def test_a_play_left_midway_stands_first_and_nowhere_else() -> None:
    catalogue = a_catalogue()
    state = TitleState(title(0), watched_at=NOW, position_s=600, position_at=NOW, duration_s=6000)
    page = compose(catalogue, a_taste(catalogue, state), Rules())
    assert kinds(page)[0] == rows.CONTINUE_WATCHING
    assert page[0].items[0].evidence.value == 0.1
    assert sum(placed.position == 0 for each in page for placed in each.items) == 1


def a_series(catalogue: Catalogue) -> Catalogue:
    """Make of the first four titles a series and its three episodes, of which all can be played."""
    faces = [replace(catalogue.faces[0], kind=Kind.SERIES, name="A Show")]
    faces += [replace(catalogue.faces[n], kind=Kind.EPISODE, parent_id=title(0), number=n) for n in (1, 2, 3)]
    is_proposed, has_media = catalogue.is_proposed.copy(), catalogue.has_media.copy()
    is_proposed[1:4] = False
    has_media[:4] = True
    return replace(
        catalogue,
        faces=[*faces, *catalogue.faces[4:]],
        is_proposed=is_proposed,
        has_media=has_media,
        series_of=dict.fromkeys((1, 2, 3), 0),
        episodes={0: [title(1), title(2), title(3)]},
    )


def test_a_series_goes_on_with_one_episode_and_stands_nowhere_else() -> None:
    catalogue = a_series(a_catalogue())
    begun = TitleState(title(2), watched_at=NOW, position_s=30, position_at=NOW, duration_s=60)
    listed = TitleState(title(0), is_listed=True, listed_at=NOW)
    page = compose(catalogue, a_taste(catalogue, played(1), begun, listed), Rules())
    [placed] = page[0].items
    assert (page[0].kind, placed.position, placed.progress, placed.position_s) == (rows.CONTINUE_WATCHING, 2, 0.5, 30)
    assert placed.evidence == Evidence(rows.PROGRESS, title(2), value=0.5)
    assert not {0, 1, 3} & {each.position for row in page for each in row.items}
    assert catalogue.full_name(2) == "A Show · Film 2"


def test_a_finished_episode_moves_its_series_on_to_the_next() -> None:
    catalogue = a_series(a_catalogue())
    page = compose(catalogue, a_taste(catalogue, played(1, days_ago=1), played(2, days_ago=9)), Rules())
    [placed] = page[0].items
    assert (placed.position, placed.position_s, placed.evidence) == (3, 0.0, Evidence(rows.NEXT, title(1)))


def test_a_series_seen_to_its_end_is_neither_resumed_nor_proposed() -> None:
    catalogue = a_series(a_catalogue())
    page = compose(catalogue, a_taste(catalogue, played(3, days_ago=1)), Rules())
    assert rows.CONTINUE_WATCHING not in kinds(page)
    assert 0 not in {each.position for row in page for each in row.items}


def test_a_dismissed_series_is_not_resumed() -> None:
    catalogue = a_series(a_catalogue())
    dismissed = TitleState(title(0), is_dismissed=True, dismissed_at=NOW)
    assert rows.CONTINUE_WATCHING not in kinds(compose(catalogue, a_taste(catalogue, played(1), dismissed), Rules()))


def test_an_episode_above_the_limit_is_not_resumed() -> None:
    catalogue = a_series(a_catalogue(ages=[8, 8, 17, 8, *[8] * (N - 4)]))
    page = compose(catalogue, a_taste(catalogue, played(1)), Rules(max_age=10))
    assert rows.CONTINUE_WATCHING not in kinds(page)


def mostly_unplayable(*can_play: int) -> Catalogue:
    has_media = np.zeros(N, dtype=np.bool_)
    has_media[list(can_play)] = True
    return replace(a_catalogue(), has_media=has_media)


def test_where_little_can_be_played_a_row_near_the_top_has_what_can() -> None:
    catalogue = mostly_unplayable(50, 7)
    begun = TitleState(title(3), watched_at=NOW, position_s=600, position_at=NOW, duration_s=6000)
    page = compose(catalogue, a_taste(catalogue, begun), Rules())
    assert kinds(page)[:2] == [rows.CONTINUE_WATCHING, rows.PLAYABLE]
    assert row(page, rows.PLAYABLE) == [7, 50]
    assert rows.PLAYABLE not in kinds(compose(a_catalogue(), a_taste(a_catalogue()), Rules()))
    assert rows.PLAYABLE not in kinds(compose(catalogue, a_taste(catalogue), Rules(needs_media=True)))


def test_what_was_seen_can_still_be_played_but_comes_after_the_rest() -> None:
    catalogue = mostly_unplayable(50, 7, 9)
    disliked = TitleState(title(9), reaction=-1, reacted_at=NOW)
    page = compose(catalogue, a_taste(catalogue, played(7, days_ago=1), disliked), Rules())
    assert row(page, rows.PLAYABLE) == [50, 7]


def test_my_list_keeps_its_titles_whatever_the_other_rows_would_like() -> None:
    catalogue = a_catalogue()
    listed = [TitleState(title(i), is_listed=True, listed_at=NOW - i) for i in range(3)]
    page = compose(catalogue, a_taste(catalogue, *listed, liked={9: 1.0}), Rules())
    assert row(page, rows.MY_LIST) == [0, 1, 2]


def test_a_dismissed_title_stands_nowhere() -> None:
    catalogue = a_catalogue()
    state = TitleState(title(0), is_dismissed=True, dismissed_at=NOW, is_listed=True, listed_at=NOW)
    page = compose(catalogue, a_taste(catalogue, state, liked={9: 1.0}), Rules())
    assert all(placed.position != 0 for each in page for placed in each.items)


def test_a_child_sees_only_what_is_certified_for_it_in_any_row() -> None:
    ages = [UNKNOWN_AGE if i % 4 == 0 else (8 if i % 4 == 1 else 17) for i in range(N)]
    catalogue = a_catalogue(ages=ages)
    state = TitleState(title(2), is_listed=True, listed_at=NOW, watched_at=NOW, position_s=5, position_at=NOW)
    page = compose(catalogue, a_taste(catalogue, state, liked={9: 1.0}), Rules(max_age=10))
    places = [placed.position for each in page for placed in each.items]
    assert places
    assert all(ages[position] == 8 for position in places)


def test_only_what_can_be_played_is_shown_where_that_is_the_rule() -> None:
    catalogue = a_catalogue()
    page = compose(catalogue, a_taste(catalogue, liked={9: 1.0}), Rules(needs_media=True))
    assert all(placed.position >= 30 for each in page for placed in each.items)


def test_a_person_gets_a_row_when_several_liked_titles_share_them() -> None:
    catalogue = a_catalogue(people={"varda": [0, 1, 50, 51, 52, 53, 54]})
    page = compose(catalogue, a_taste(catalogue, played(0), played(1), liked={0: 1.0, 1: 1.0}), Rules(row_length=5))
    person = next(each for each in page if each.kind == rows.DIRECTOR)
    assert person.about is not None
    assert person.about.name == "Varda"
    assert set(row(page, rows.DIRECTOR)) <= {50, 51, 52, 53, 54}
    assert rows.PERSON not in kinds(page)


def test_without_the_liked_titles_that_they_share_a_director_and_an_actor_have_no_row() -> None:
    plain = a_catalogue(people={"varda": [0, 1, 50, 51, 52, 53, 54]})
    parts = {title(i): (("moreau", "Jeanne Moreau", "actor"),) for i in (2, 3, 55, 56, 57, 58)}
    catalogue = replace(
        plain, people={**plain.people, **parts}, by_person={**plain.by_person, "moreau": [2, 3, *range(55, 59)]}
    )
    rules, liked = Rules(row_length=5), {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}
    page = compose(catalogue, a_taste(catalogue, *map(played, liked), liked=liked), rules)
    [director, actor] = [next(each for each in page if each.kind == kind) for kind in (rows.DIRECTOR, rows.PERSON)]
    assert director.about == Evidence(rows.BY_DIRECTOR, person_id="varda", name="Varda", value=2.0)
    assert actor.about == Evidence(rows.WITH_PERSON, person_id="moreau", name="Jeanne Moreau", value=2.0)
    assert set(row(page, rows.PERSON)) == {55, 56, 57, 58}
    less = compose(catalogue, a_taste(catalogue, *map(played, liked), liked={0: 1.0, 2: 1.0}), rules)
    assert not {rows.DIRECTOR, rows.PERSON} & set(kinds(less))


def test_what_came_lately_has_a_row_unless_most_of_the_catalogue_did() -> None:
    added_at = np.full(N, NOW - 90 * DAY_S)
    added_at[50:57] = NOW - np.arange(7) * DAY_S
    catalogue = replace(a_catalogue(), added_at=added_at)
    page = compose(catalogue, a_taste(catalogue), Rules(row_length=7))
    new = next(each for each in page if each.kind == rows.NEW_HERE)
    assert [each.position for each in new.items] == [*range(50, 57)]
    assert [each.evidence.value for each in new.items] == [None, *map(float, range(1, 7))]
    everything = replace(catalogue, added_at=np.full(N, NOW - DAY_S))
    assert rows.NEW_HERE not in kinds(compose(everything, a_taste(everything), Rules()))
    unknown = a_catalogue()
    assert rows.NEW_HERE not in kinds(compose(unknown, a_taste(unknown), Rules()))


def test_what_is_over_soon_has_a_row_where_not_everything_is() -> None:
    lengths = np.full(N, 7000.0)
    lengths[[40, 43, 46, 49, 52]] = 5400.0
    lengths[[55]] = 5401.0
    catalogue = replace(a_catalogue(), length_s=lengths)
    page = compose(catalogue, a_taste(catalogue, played(3), liked={3: 0.8}), Rules(row_length=5))
    short = next(each for each in page if each.kind == rows.SHORT)
    assert {each.position for each in short.items} <= {40, 43, 46, 49, 52}
    assert all(each.evidence == Evidence(rows.LASTS, value=5400.0) for each in short.items)
    all_short = replace(catalogue, length_s=np.full(N, 600.0))
    assert rows.SHORT not in kinds(compose(all_short, a_taste(all_short, played(3), liked={3: 0.8}), Rules()))


def test_a_title_that_its_seed_does_not_lift_is_not_said_to_be_there_because_of_it() -> None:
    catalogue = a_catalogue(200)

    def loss(_seed: int, positions: np.ndarray) -> np.ndarray:
        return np.where(positions % 2 == 0, 1, 0).astype(np.float32)

    taste = replace(a_taste(catalogue, played(3), liked={3: 0.8}), loss=loss)
    because = row(compose(catalogue, taste, Rules()), rows.BECAUSE)
    assert because
    assert all(position % 2 == 0 for position in because)


def test_a_genre_is_said_to_be_liked_by_the_share_that_liked_titles_have_in_it() -> None:
    catalogue = a_catalogue(200)
    for liked, share in (({0: 1.0, 1: 1.0, 3: 1.0, 6: 1.0}, 0.75), ({0: 1.0, 1: 1.0}, 0.5)):
        page = compose(catalogue, a_taste(catalogue, *map(played, liked), liked=liked), Rules(row_length=5))
        comedy = next(each for each in page if each.kind == rows.GENRE and each.about and each.about.name == "Comedy")
        assert comedy.about == Evidence(rows.TASTE, name="Comedy", value=share)
        assert {each.evidence for each in comedy.items} == {comedy.about}


@given(st.text(max_size=9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_page_is_a_pure_function_of_its_inputs(seed: str, calibration: float, diversity: float, share: float) -> None:
    catalogue = a_catalogue(200)
    taste = a_taste(catalogue, played(3), liked={3: 0.8})
    rules = Rules(row_length=12, balance=Balance(calibration, diversity), exploration=Exploration(share))
    page = compose(catalogue, taste, rules, seed=seed)
    again = compose(a_catalogue(200), replace(taste), rules, seed=seed)
    assert page == again
    held = [Held(each.key, [p.position for p in each.items], [p.propensity for p in each.items]) for each in page[:2]]
    below = compose(catalogue, taste, rules, seed=seed + "another", held=held)
    assert [(each.key, [p.position for p in each.items]) for each in below[:2]] == [
        (each.key, list(each.positions)) for each in held
    ]


def test_a_row_that_stays_loses_what_may_not_be_shown_any_more_and_nothing_takes_its_titles() -> None:
    catalogue = a_catalogue(200)
    taste = a_taste(catalogue, played(3), liked={3: 0.8})
    held = [Held((rows.TOP_PICKS, ""), [90, 91, 92], [1.0, 0.25, 1.0]), Held((rows.BECAUSE, "gone"), [7], [1.0])]
    dismissed = replace(TitleState(title(92)), is_dismissed=True, dismissed_at=NOW)
    later = replace(taste, state=ProfileState({**taste.state.titles, dismissed.title_id: dismissed}))
    page = compose(catalogue, later, Rules(), held=held)
    assert [(each.position, each.propensity) for each in page[0].items] == [(90, 1.0), (91, 0.25)]
    assert page[0].kind == rows.TOP_PICKS
    places = [placed.position for each in page for placed in each.items]
    assert len(places) == len(set(places))
    assert (rows.BECAUSE, "gone") not in {each.key for each in page}


def test_a_page_has_at_most_as_many_rows_and_titles_as_asked() -> None:
    catalogue = a_catalogue()
    page = compose(catalogue, a_taste(catalogue, liked={9: 1.0}), Rules(rows=2, row_length=5))
    assert len(page) == 2
    assert all(len(each.items) <= 5 for each in page)


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=50), st.integers(1, 60))
def test_the_best_are_those_that_a_full_sort_would_give(values: list[float], n: int) -> None:
    scores = np.array(values, dtype=np.float32)
    expected = sorted(range(len(values)), key=lambda i: (-scores[i], i))[:n]
    found = best(scores, np.ones(len(values), dtype=np.bool_), n)
    assert sorted(scores[found].tolist()) == sorted(scores[expected].tolist())
    assert scores[found].tolist() == sorted(scores[found].tolist(), reverse=True)
