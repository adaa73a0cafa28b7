"""The rows a page can have: each proposes titles and the true reason for each, or keeps silent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cinoche.library.models import TitleState
from cinoche.recommend.catalogue import Catalogue, Mask, Positions, Scores, best
from cinoche.recommend.state import ProfileState, happened_at

CONTINUE_WATCHING: Final = "continue_watching"
TOP_PICKS: Final = "top_picks"
BECAUSE: Final = "because_you_watched"
MY_LIST: Final = "my_list"
TRENDING: Final = "trending"
GENRE: Final = "genre"
HIDDEN_GEMS: Final = "hidden_gems"
PERSON: Final = "more_with_person"
WATCH_AGAIN: Final = "watch_again"

SEED: Final = "seed"
KIN: Final = "kin"
PROGRESS: Final = "progress"
LISTED: Final = "listed"
TREND: Final = "trend"
POPULAR: Final = "popular"
TASTE: Final = "taste"
GEM: Final = "gem"
WITH_PERSON: Final = "person"
SEEN: Final = "seen"

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
    """Why a title stands where it stands, as data: the thing that really moved it."""

    kind: str
    title_id: str | None = None
    person_id: str | None = None
    name: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A title in a row: its position in the catalogue, its score and the reason."""

    position: int
    score: float
    evidence: Evidence


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
    """The page while it is being made: what may still be placed."""

    catalogue: Catalogue
    open: Mask
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


Proposer = Callable[[Taste, Slate], Iterator[Row]]


def _own(taste: Taste, slate: Slate, wanted: Callable[[TitleState], float | None]) -> Iterator[tuple[int, TitleState]]:
    """Walk the profile's own titles that ``wanted`` gives an instant for, newest first."""
    dated = [(at, each) for each in taste.state.titles.values() if (at := wanted(each)) is not None]
    for _, each in sorted(dated, key=lambda pair: (-pair[0], pair[1].title_id))[: slate.length * 2]:
        position = slate.catalogue.position.get(each.title_id)
        if position is not None and slate.open[position]:
            yield position, each


def continue_watching(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what was left before its end, latest first."""
    items = [
        Placed(position, float(taste.scores[position]), Evidence(PROGRESS, each.title_id, value=each.share))
        for position, each in _own(taste, slate, lambda s: s.position_at if s.in_progress else None)
    ]
    if items:
        yield Row(CONTINUE_WATCHING, items[: slate.length])


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
        items = [
            Placed(int(position), float(taste.scores[position]), Evidence(SEED, title_id)) for position in positions
        ]
        yield Row(BECAUSE, items, Evidence(SEED, title_id))


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
    shares = _genre_shares(taste, catalogue)
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


def _genre_shares(taste: Taste, catalogue: Catalogue) -> NDArray[np.float64]:
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
