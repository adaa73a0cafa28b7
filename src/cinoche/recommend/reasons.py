"""Why a title is proposed: what of a profile's history raised its score, and every other fact that speaks for it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from cinoche.recommend import own_rows, proposals, rows
from cinoche.recommend.catalogue import Catalogue, Positions, Scores
from cinoche.recommend.rows import CLEAR_LIKING, Evidence, Taste
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import History

SEEDS_TRIED: Final = 3
"""How many titles of the history are tried as the reasons of a list: each is a whole catalogue scored again."""

CLEAR_LOSS: Final = 0.01
"""What takes less than this part of a score away is no reason: measuring anew moves it as much."""

SEEDS_TOLD: Final = 4
PEOPLE_TOLD: Final = 3
GENRES_TOLD: Final = 2
"""How many facts of a kind are told at most."""

SEEDS_LOOKED: Final = 12
"""Of how many titles of the history it is tried out at most whether a single title stands on them."""

TASTE_SHARE: Final = 0.1
"""A genre that is less than this share of what a profile likes says nothing about it."""

SHARED_GENRES: Final = 2
"""Two titles that have fewer genres in common than this are not told to be alike by their genres."""


class Told(Protocol):
    """An answer that can be explained: scores of all titles for a history, and what each entry does to them."""

    @property
    def history(self) -> History:
        """What was scored."""
        ...

    @property
    def scores(self) -> Scores:
        """Every title's score."""
        ...

    def explain(self, items: Items) -> Scores:
        """What each entry of the history adds to each title's score."""
        ...

    def losses(self, entries: Items, items: Items) -> Scores:
        """How much lower each title's score is where these entries had never been."""
        ...


KindOf = Callable[[int], str]
"""Tells, by its position, how a title of the history that weighs clearly speaks for others."""


def name_reasons(
    scored: Told,
    title_ids: Sequence[str],
    catalogue: Catalogue,
    positions: Positions,
    kind_of: KindOf,
    *,
    is_checked: bool = False,
) -> Sequence[Evidence]:
    """Name, for each position, the title of the history that really moved its score the most.

    What a person dislikes may raise a score too, and is never named as a reason. Where nothing liked raised it (a
    newcomer, a title that only its popularity lifts), the evidence says popular. Where that ``is_checked``, the scores
    are lower without what is named, the order of the history being what it then is; of what moves a single title of a
    list the most, another may then be named.
    """
    seeds, items = scored.history.items, catalogue.item[positions]
    if not len(seeds) or not len(items):
        return [rows.popular(count) for count in catalogue.counts[positions]]
    weights = scored.history.weights
    places = catalogue.position_of_item[seeds].tolist()
    raised = np.maximum(scored.explain(items), 0.0) * (weights > 0)[:, None]
    named = _true_of(raised, items, scored) if is_checked else raised
    strongest, total = named.argmax(axis=0), raised.sum(axis=0)
    return [
        Evidence(
            _kind(places[strongest[i]], float(weights[strongest[i]]), kind_of),
            _seed_id(int(seeds[strongest[i]]), title_ids, catalogue),
            value=float(named[strongest[i], i] / total[i]),
        )
        if named[strongest[i], i] > 0
        else rows.popular(catalogue.counts[positions[i]])
        for i in range(len(items))
    ]


def _true_of(raised: Scores, items: NDArray[np.int32], scored: Told) -> Scores:
    """Keep the votes of a few entries, where scores are clearly lower without them: those that matter to most titles.

    Scorers put the entries in an order: without one entry another may weigh more. Votes found untrue are let go of.
    """
    kept, left = np.zeros_like(raised), raised.copy()
    for _ in range(SEEDS_TRIED):
        strongest = left.argmax(axis=0)
        is_open = left[strongest, np.arange(len(items))] > kept.max(axis=0)
        if not is_open.any():
            break
        entry = int(np.bincount(strongest[is_open]).argmax())
        voted = np.flatnonzero(left[entry] > 0)
        clear = CLEAR_LOSS * scored.scores[items[voted]]
        is_true = scored.losses([entry], items[voted]) > clear
        kept[entry, voted[is_true]] = raised[entry, voted[is_true]]
        raised[entry, voted[~is_true]] = left[entry] = 0.0
    return kept


def shared_by(seed: int, position: int, catalogue: Catalogue) -> Evidence:
    """Say what two titles share, for nobody in particular: who directed them, their genres, or that they go well."""
    face, other = catalogue.faces[seed], catalogue.faces[position]
    director = next((each for each in other.directors if each in face.directors), None)
    if director is not None:
        return Evidence(rows.SAME_DIRECTOR, name=director)
    genres = tuple(each for each in face.genres if each in other.genres)[:SHARED_GENRES]
    if len(genres) == SHARED_GENRES:
        return Evidence(rows.SAME_GENRES, face.title_id, genres=genres)
    return Evidence(rows.KIN, face.title_id)


def facts_for(
    whole: int, position: int, taste: Taste, scored: Told, catalogue: Catalogue, title_ids: Sequence[str]
) -> list[Evidence]:
    """List what speaks for a title: what the profile did with it, what raised its score, its people, genres, viewers.

    ``whole`` is the series where ``position`` is a part of one, else the same.
    """
    states = taste.state.titles
    return [
        *_own(position, taste, catalogue),
        *_seeds(whole, scored, catalogue, title_ids, lambda each: rows.seed_kind(each, states, catalogue)),
        *_people(whole, taste, catalogue),
        *_genres(whole, taste, catalogue),
        *_viewers(whole, taste, catalogue),
        *([own_rows.plays_here(catalogue, position)] if catalogue.has_media[position] else []),
    ]


def _own(position: int, taste: Taste, catalogue: Catalogue) -> Iterator[Evidence]:
    title_id = catalogue.faces[position].title_id
    state = taste.state.titles.get(title_id)
    if state is None:
        return
    if state.in_progress:
        yield Evidence(rows.PROGRESS, title_id, value=state.share)
    elif state.is_played:
        yield Evidence(rows.SEEN, title_id, value=state.rating)
    if state.is_listed:
        yield Evidence(rows.LISTED, title_id)


def _seeds(
    whole: int, scored: Told, catalogue: Catalogue, title_ids: Sequence[str], kind_of: KindOf
) -> Iterator[Evidence]:
    """Name the titles of the history without which the score would really be lower, the strongest first."""
    item = int(catalogue.item[whole])
    history = scored.history
    if item < 0 or not len(history):
        return
    votes = np.where(history.weights > 0, scored.explain([item])[:, 0], 0.0)
    votes[history.items == item] = 0.0  # it does not speak for itself
    raised = np.maximum(votes, 0.0)
    total, told = float(raised.sum()), 0
    for entry in np.argsort(-raised, kind="stable")[:SEEDS_LOOKED]:
        if raised[entry] <= 0 or told == SEEDS_TOLD:
            return
        if scored.losses([entry], [item])[0] > 0:
            place = int(catalogue.position_of_item[history.items[entry]])
            kind = _kind(place, float(history.weights[entry]), kind_of)
            seed_id = _seed_id(int(history.items[entry]), title_ids, catalogue)
            yield Evidence(kind, seed_id, value=float(raised[entry]) / total)
            told += 1


def _kind(position: int, weight: float, kind_of: KindOf) -> str:
    return kind_of(position) if weight >= CLEAR_LIKING and position >= 0 else rows.KIN


def _seed_id(item: int, title_ids: Sequence[str], catalogue: Catalogue) -> str:
    """The title that an entry of the history is named by: the series where it is an episode."""
    position = int(catalogue.position_of_item[item])
    return title_ids[item] if position < 0 else catalogue.faces[catalogue.whole(position)].title_id


def _people(whole: int, taste: Taste, catalogue: Catalogue) -> Iterator[Evidence]:
    """Name who has a part in it and in titles that the profile clearly liked, the most shared first."""
    liked = {catalogue.faces[p].title_id for p, weight in taste.liked.items() if weight >= CLEAR_LIKING and p != whole}
    parts = {(person_id, name) for person_id, name, _ in catalogue.people.get(catalogue.faces[whole].title_id, ())}
    shared = []
    for person_id, name in parts:
        theirs = {catalogue.faces[position].title_id for position in catalogue.by_person.get(person_id, ())}
        if times := len(theirs & liked):
            shared.append((times, person_id, name))
    for times, person_id, name in sorted(shared, key=lambda each: (-each[0], each[2], each[1]))[:PEOPLE_TOLD]:
        yield Evidence(rows.WITH_PERSON, person_id=person_id, name=name, value=float(times))


def _genres(whole: int, taste: Taste, catalogue: Catalogue) -> Iterator[Evidence]:
    if not taste.liked:
        return
    shares = proposals.genre_shares(taste, catalogue)
    own = [number for number, genre in enumerate(catalogue.genres) if genre in catalogue.faces[whole].genres]
    for number in sorted(own, key=lambda each: (-shares[each], each))[:GENRES_TOLD]:
        if shares[number] >= TASTE_SHARE:
            yield Evidence(rows.TASTE, name=catalogue.genres[number], value=float(shares[number]))


def _viewers(whole: int, taste: Taste, catalogue: Catalogue) -> Iterator[Evidence]:
    recent, liked = (rows.people_number(counts[whole]) for counts in (catalogue.recent, catalogue.counts))
    if recent is not None and taste.now - catalogue.counted_at <= proposals.FRESH_S:
        yield Evidence(rows.TREND, value=recent)
    if liked is not None:
        yield rows.popular(liked)
