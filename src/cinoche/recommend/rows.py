"""The rows a page can have: each proposes titles and the true reason for each, or keeps silent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cinoche.library.models import DISLIKED, TitleState
from cinoche.library.series import following, latest_of
from cinoche.recommend.catalogue import Catalogue, Mask, Positions, Scores, best
from cinoche.recommend.state import ProfileState, happened_at, is_seen, says_liked

CONTINUE_WATCHING: Final = "continue_watching"
TOP_PICKS: Final = "top_picks"
BECAUSE: Final = "because_you_watched"
MY_LIST: Final = "my_list"
TRENDING: Final = "trending"
GENRE: Final = "genre"
HIDDEN_GEMS: Final = "hidden_gems"
PERSON: Final = "more_with_person"
WATCH_AGAIN: Final = "watch_again"
PLAYABLE: Final = "playable"

SEED: Final = "seed"
WATCHED: Final = "watched"
KIN: Final = "kin"
SAME_DIRECTOR: Final = "director"
SAME_GENRES: Final = "genres"
PROGRESS: Final = "progress"
NEXT: Final = "next"
LISTED: Final = "listed"
TREND: Final = "trend"
POPULAR: Final = "popular"
TASTE: Final = "taste"
GEM: Final = "gem"
WITH_PERSON: Final = "person"
SEEN: Final = "seen"
PLAYS_HERE: Final = "playable"

FEWEST: Final = 4
"""A row of proposals with fewer titles than this is not worth its place."""

AGAIN_AFTER_S: Final = 14 * 86_400.0
"""What was seen less than two weeks ago is not yet worth seeing again."""

GEM_QUANTILE: Final = 0.6
GEM_FEWEST: Final = 5
"""A hidden gem has been liked by some (enough to be sure), and stands among the 60 % of such titles liked by fewest."""

NUMBERED_FROM: Final = 20
"""Fewer people than this are never numbered on a page: a small number points at somebody."""

FRESH_S: Final = 86_400.0
"""What was counted longer ago than a day is not called this week's any more."""

TASTE_GENRES: Final = 3
SEEDS: Final = 2
CLEAR_LIKING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a title stands where it stands, as data: the thing that really moved it.

    ``genres`` are what two titles share, where that is the reason.
    """

    kind: str
    title_id: str | None = None
    person_id: str | None = None
    name: str | None = None
    value: float | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A title in a row: its position in the catalogue, its score, the reason, and how far a play of it has come."""

    position: int
    score: float
    evidence: Evidence
    progress: float | None = None
    position_s: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as proposed or placed; ``about`` is what its heading names (a title, a person, a genre)."""

    kind: str
    items: Sequence[Placed]
    about: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Taste:
    """What the rows know of a profile: its state, its scores over the whole catalogue and how to explain them.

    ``explain(positions)`` gives, for each position, the evidence that moved its score the most. ``liked`` maps the
    positions of what the profile liked to how much, newest last. ``like(position)`` scores the catalogue by its
    likeness to one title.
    """

    state: ProfileState
    scores: Scores
    liked: Mapping[int, float]
    explain: Callable[[Positions], Sequence[Evidence]]
    like: Callable[[int], Scores]
    now: float


@dataclass(slots=True)
class Slate:
    """The page while it is being made: what may still be placed, and what may be shown at all."""

    catalogue: Catalogue
    open: Mask
    shown: Mask
    length: int
    rows: list[Row] = field(default_factory=list)

    def take(self, scores: Scores, mask: Mask | None = None) -> Positions:
        """Pick the best titles that are still open (and under a mask)."""
        return best(scores, self.open if mask is None else self.open & mask, self.length)


def people_number(count: float) -> float | None:
    """Give a number of people where it may be said: it points at nobody."""
    return float(count) if count >= NUMBERED_FROM else None


def popular(count: float) -> Evidence:
    """Make the evidence of a title that nothing but its popularity speaks for."""
    return Evidence(POPULAR, value=people_number(count))


def seed_kind(position: int, states: Mapping[str, TitleState], catalogue: Catalogue) -> str:
    """Tell how a title (of a series, any part) speaks for others: the profile said that it likes it, or watched it."""
    whole = catalogue.whole(position)
    title_ids = (catalogue.faces[whole].title_id, *catalogue.episodes.get(whole, ()))
    known = [states[each] for each in title_ids if each in states]
    if any(says_liked(each) for each in known):
        return SEED
    return WATCHED if any(each.in_history for each in known) else KIN


Proposer = Callable[[Taste, Slate], Iterator[Row]]


def _own(taste: Taste, slate: Slate, wanted: Callable[[TitleState], float | None]) -> Iterator[tuple[int, TitleState]]:
    """Walk the profile's own titles that ``wanted`` gives an instant for, newest first."""
    dated = [(at, each) for each in taste.state.titles.values() if (at := wanted(each)) is not None]
    for _, each in sorted(dated, key=lambda pair: (-pair[0], pair[1].title_id))[: slate.length * 2]:
        position = slate.catalogue.position.get(each.title_id)
        if position is not None and slate.open[position]:
            yield position, each


def continue_watching(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what was left before its end, latest first; of each series the one episode where it goes on."""
    catalogue, states = slate.catalogue, taste.state.titles
    dated: list[tuple[float, Placed]] = []
    begun: set[int] = set()
    for each in states.values():
        position = catalogue.position.get(each.title_id)
        if position is None or not each.in_history:
            continue
        if position in catalogue.series_of:
            begun.add(catalogue.series_of[position])
        elif each.in_progress and slate.open[position]:
            dated.append((each.position_at, _resumed(taste, position, each)))
    dated += [found for whole in begun if (found := _onward(taste, slate, whole)) is not None]
    dated.sort(key=lambda pair: (-pair[0], catalogue.faces[pair[1].position].title_id))
    if dated:
        yield Row(CONTINUE_WATCHING, [placed for _, placed in dated[: slate.length]])


def _resumed(taste: Taste, position: int, state: TitleState) -> Placed:
    evidence = Evidence(PROGRESS, state.title_id, value=state.share)
    return Placed(position, float(taste.scores[position]), evidence, state.share, state.position_s)


def _onward(taste: Taste, slate: Slate, whole: int) -> tuple[float, Placed] | None:
    """Find the episode with which a series goes on, and when the one before it was watched."""
    catalogue, states = slate.catalogue, taste.state.titles
    episodes = catalogue.episodes.get(whole, ())
    latest, onward = latest_of(episodes, states), following(episodes, states)
    if latest is None or onward is None:
        return None
    position = catalogue.position[onward]
    if not (slate.shown[position] and slate.open[whole]):
        return None
    if onward == latest:
        return states[onward].watched_at, _resumed(taste, position, states[onward])
    state = states.get(onward)
    is_begun = state is not None and state.in_progress
    placed = Placed(
        position,
        float(taste.scores[position]),
        Evidence(NEXT, latest),
        progress=state.share if state and is_begun else None,
        position_s=state.position_s if state and is_begun else 0.0,
    )
    return states[latest].watched_at, placed


def playable(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what plays here, where most titles do not: first what the profile does not know, then what it does."""
    catalogue = slate.catalogue
    known = np.zeros(len(catalogue), dtype=np.bool_)
    unwanted = known.copy()
    for each in taste.state.titles.values():
        position = catalogue.position.get(each.title_id)
        if position is not None:
            unwanted[position] = each.reaction == DISLIKED
            known[catalogue.whole(position)] |= is_seen(each) or (position in catalogue.series_of and each.in_history)
    can_play = slate.open & catalogue.has_media & ~unwanted
    fresh = best(taste.scores, can_play & ~known, slate.length)
    again = best(taste.scores, can_play & known, slate.length - len(fresh))
    items = [Placed(int(p), float(taste.scores[p]), plays_here(catalogue, int(p))) for p in (*fresh, *again)]
    if items:
        yield Row(PLAYABLE, items)


def plays_here(catalogue: Catalogue, position: int) -> Evidence:
    """Make the evidence that a title plays here: how long it (or all that plays of a series) lasts, and its genre."""
    face = catalogue.faces[position]
    parts = (catalogue.faces[catalogue.position[each]] for each in catalogue.episodes.get(position, ()))
    lasts_s = face.length_s or sum(each.length_s or 0 for each in parts if each.has_media)
    return Evidence(PLAYS_HERE, name=face.genres[0] if face.genres else None, value=float(lasts_s) or None)


def my_list(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what the profile keeps on its list, latest first."""
    items = [
        Placed(position, float(taste.scores[position]), Evidence(LISTED, each.title_id))
        for position, each in _own(taste, slate, lambda s: s.listed_at if s.is_listed else None)
    ]
    if items:
        yield Row(MY_LIST, items[: slate.length])


def watch_again(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what was seen to the end, liked, and not seen lately, latest first."""

    def wanted(state: TitleState) -> float | None:
        position = slate.catalogue.position.get(state.title_id)
        is_liked = position is not None and taste.liked.get(position, 0.0) >= CLEAR_LIKING
        is_long_ago = taste.now - happened_at(state) > AGAIN_AFTER_S
        return happened_at(state) if state.is_played and is_liked and is_long_ago else None

    items = [
        Placed(position, float(taste.scores[position]), Evidence(SEEN, each.title_id, value=each.rating))
        for position, each in _own(taste, slate, wanted)
    ]
    if items:
        yield Row(WATCH_AGAIN, items[: slate.length])


def top_picks(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose the best of the whole catalogue, once the profile has liked something."""
    if taste.liked:
        yield _scored(TOP_PICKS, taste, slate.take(taste.scores))


def because_you_watched(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what is most like a title that the profile liked lately, one row for each of the latest two."""
    seeds = [position for position, weight in reversed(list(taste.liked.items())) if weight >= CLEAR_LIKING][:SEEDS]
    for seed in seeds:
        likeness = taste.like(seed)
        positions = slate.take(likeness, likeness > 0)
        title_id = slate.catalogue.faces[seed].title_id
        why = Evidence(seed_kind(seed, taste.state.titles, slate.catalogue), title_id)
        yield Row(BECAUSE, [Placed(int(each), float(taste.scores[each]), why) for each in positions], why)


def trending(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what most people watched or rated in the last seven days."""
    catalogue = slate.catalogue
    is_fresh = taste.now - catalogue.counted_at <= FRESH_S
    positions = slate.take(catalogue.trend, catalogue.recent > 0)
    items = [
        Placed(
            int(p),
            float(taste.scores[p]),
            Evidence(TREND, value=people_number(catalogue.recent[p]) if is_fresh else None),
        )
        for p in positions
    ]
    yield Row(TRENDING, items)


def hidden_gems(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what suits the profile and what few people know."""
    counts = slate.catalogue.counts
    known = counts[counts >= GEM_FEWEST]
    if taste.liked and known.size:
        mask = (counts >= GEM_FEWEST) & (counts <= np.quantile(known, GEM_QUANTILE))
        positions = slate.take(taste.scores, mask)
        items = [
            Placed(int(p), float(taste.scores[p]), Evidence(GEM, value=people_number(counts[p]))) for p in positions
        ]
        yield Row(HIDDEN_GEMS, items)


def genres_by_taste(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose a row for each of the genres that the profile likes most (of the catalogue's largest, for a newcomer)."""
    catalogue = slate.catalogue
    shares = genre_shares(taste, catalogue)
    for number in np.argsort(-shares, kind="stable")[:TASTE_GENRES]:
        genre, share = catalogue.genres[number], float(shares[number])
        if share <= 0:
            return
        about = Evidence(TASTE, name=genre, value=share if taste.liked else None)
        positions = slate.take(taste.scores, catalogue.has_genre[number])
        items = [
            Placed(int(p), float(taste.scores[p]), about if taste.liked else popular(catalogue.counts[p]))
            for p in positions
        ]
        yield Row(GENRE, items, about)


def genre_shares(taste: Taste, catalogue: Catalogue) -> NDArray[np.float64]:
    """Tell what share of the profile's liking each genre has; for a newcomer, how much people like each."""
    if not taste.liked:
        return np.asarray((catalogue.has_genre * catalogue.counts).sum(axis=1), dtype=np.float64)
    positions = np.fromiter(taste.liked.keys(), dtype=np.intp)
    weights = np.fromiter(taste.liked.values(), dtype=np.float64)
    has = catalogue.has_genre[:, positions].astype(np.float64)
    shares: NDArray[np.float64] = (has / np.maximum(has.sum(axis=0), 1.0)) @ weights / weights.sum()
    return shares


def more_with_person(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose more with the person whom the profile's liked titles have most in common (at least two of them)."""
    catalogue = slate.catalogue
    liked_titles: dict[tuple[str, str], int] = {}
    for position in taste.liked:
        parts = catalogue.people.get(catalogue.faces[position].title_id, ())
        for person in {(person_id, name) for person_id, name, _role in parts}:
            liked_titles[person] = liked_titles.get(person, 0) + 1
    for (person_id, name), times in sorted(liked_titles.items(), key=lambda each: (-each[1], each[0])):
        if times < SEEDS:
            return
        mask = np.zeros(len(catalogue), dtype=np.bool_)
        mask[catalogue.titles_with(person_id)] = True
        evidence = Evidence(WITH_PERSON, person_id=person_id, name=name, value=float(times))
        positions = slate.take(taste.scores, mask)
        if len(positions) >= FEWEST:
            yield Row(PERSON, [Placed(int(p), float(taste.scores[p]), evidence) for p in positions], evidence)
            return


def _scored(kind: str, taste: Taste, positions: Positions) -> Row:
    reasons = taste.explain(positions)
    return Row(
        kind, [Placed(int(p), float(taste.scores[p]), reason) for p, reason in zip(positions, reasons, strict=True)]
    )
