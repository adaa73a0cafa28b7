"""The rows that propose: what each may be about, and how it is filled with titles and the true reason for each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cinoche.catalog.models import DIRECTOR as DIRECTS
from cinoche.kit.clock import DAY_S
from cinoche.recommend import rows
from cinoche.recommend.catalogue import Catalogue, Mask, Positions
from cinoche.recommend.experiments.interleave import team_draft
from cinoche.recommend.rows import CLEAR_LIKING, Choice, Evidence, Placed, Rival, Row, Slate, Taste

GEM_QUANTILE: Final = 0.6
GEM_FEWEST: Final = 5
"""A hidden gem has been liked by some (enough to be sure), and stands among the 60 % of such titles liked by fewest."""

FRESH_S: Final = DAY_S
"""What was counted longer ago than a day is not called this week's any more."""

NEW_S: Final = 30 * DAY_S
NEW_SHARE: Final = 0.2
"""What came within a month is new; where that is more than a fifth of the catalogue, nothing stands out as new."""

SHORT_S: Final = 90 * 60
SHORT_SHARE: Final = 0.5
"""A film of an hour and a half or less is short, where such films are not most of those whose length is known."""

TASTE_GENRES: Final = 3
SEEDS: Final = 2
PEOPLE_TRIED: Final = 50

TOP_SLOTS: Final = (4, 11)
GEM_SLOTS: Final = (2,)
"""The places that are drawn at times: not the first ones, which are what somebody came for."""

Subjects = Iterator[Evidence]

NOTHING: Final = Evidence("")
"""What a row is about whose heading names nothing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind of row. ``subjects`` are what its heading may name, the best first.

    ``most`` rows of it stand on a page, and ``tries`` subjects are tried for them.
    """

    kind: str
    subjects: Callable[[Taste, Catalogue], Subjects]
    fill: Callable[[Taste, Slate, Evidence], Row]
    most: int = 1
    tries: int = 1


def _whoever(_taste: Taste, _catalogue: Catalogue) -> Subjects:
    yield NOTHING


def _who_liked(taste: Taste, _catalogue: Catalogue) -> Subjects:
    if taste.liked:
        yield NOTHING


def _liked_lately(taste: Taste, catalogue: Catalogue) -> Subjects:
    for position, weight in reversed(list(taste.liked.items())):
        if weight >= CLEAR_LIKING:
            kind = rows.seed_kind(position, taste.state.titles, catalogue)
            yield Evidence(kind, catalogue.faces[position].title_id)


def _liked_genres(taste: Taste, catalogue: Catalogue) -> Subjects:
    shares = genre_shares(taste, catalogue)
    for number in np.argsort(-shares, kind="stable"):
        if shares[number] > 0:
            value = float(shares[number]) if taste.liked else None
            yield Evidence(rows.TASTE, name=catalogue.genres[number], value=value)


def _shared_people(kind: str, directs: bool) -> Callable[[Taste, Catalogue], Subjects]:
    def subjects(taste: Taste, catalogue: Catalogue) -> Subjects:
        times: dict[tuple[str, str], int] = {}
        for position in taste.liked:
            parts = catalogue.people.get(catalogue.faces[position].title_id, ())
            for person in {(person_id, name) for person_id, name, role in parts if (role == DIRECTS) == directs}:
                times[person] = times.get(person, 0) + 1
        for (person_id, name), n in sorted(times.items(), key=lambda each: (-each[1], each[0])):
            if n >= SEEDS:
                yield Evidence(kind, person_id=person_id, name=name, value=float(n))

    return subjects


def _top_picks(taste: Taste, slate: Slate, _about: Evidence) -> Row:
    """The best of the whole catalogue, as many-sided as the taste."""
    target = genre_shares(taste, slate.catalogue)
    if taste.rival is not None:
        return _contest(taste, taste.rival, slate, target)
    choice = slate.choose((rows.TOP_PICKS, ""), taste.scores, target=target, slots=TOP_SLOTS)
    return _row(rows.TOP_PICKS, taste, choice, taste.explain(choice.positions))


def _contest(taste: Taste, rival: Rival, slate: Slate, target: NDArray[np.float64]) -> Row:
    """The top picks of two scorers as one row, in which neither has the better places; nothing else is drawn in it."""
    key = (rows.TOP_PICKS, "")
    choice = slate.kept(key)
    if choice is None:
        first, second = (slate.choose(key, scores, target=target) for scores in (taste.scores, rival.scores))
        seed = f"{slate.seed}:{rows.TOP_PICKS}"
        mixed = team_draft(first.positions.tolist(), second.positions.tolist(), slate.length, seed)
        owed_to = [rival.arms[team] for team in mixed.teams]
        choice = Choice(np.array(mixed.items, dtype=np.intp), mixed.propensities, owed_to)
    is_rivals = np.array([name == rival.arms[1] for name in choice.owed_to], dtype=np.bool_)
    own = iter(taste.explain(choice.positions[~is_rivals]))
    others = iter(rival.explain(choice.positions[is_rivals]))
    whys = [next(others if each else own) for each in is_rivals.tolist()]
    return _row(rows.TOP_PICKS, taste, choice, whys)


def _because(taste: Taste, slate: Slate, about: Evidence) -> Row:
    """What is most like a title that the profile liked, and would really stand lower without it."""
    title_id = about.title_id or ""
    seed = slate.catalogue.position[title_id]
    choice = slate.kept((rows.BECAUSE, title_id))
    if choice is None:
        likeness = taste.like(seed)
        choice = Choice.of(slate.take(likeness, likeness > 0, n=2 * slate.length))
    is_true = taste.loss(seed, choice.positions) > 0
    positions = choice.positions[is_true][: slate.length]
    return _row(rows.BECAUSE, taste, Choice.of(positions), [about] * len(positions), about)


def _trending(taste: Taste, slate: Slate, _about: Evidence) -> Row:
    """What most people watched or rated in the last seven days."""
    catalogue = slate.catalogue
    is_fresh = taste.now - catalogue.counted_at <= FRESH_S
    choice = slate.kept((rows.TRENDING, "")) or Choice.of(slate.take(catalogue.trend, catalogue.recent > 0))
    counts = [rows.people_number(each) if is_fresh else None for each in catalogue.recent[choice.positions]]
    return _row(rows.TRENDING, taste, choice, [Evidence(rows.TREND, value=count) for count in counts])


def _hidden_gems(taste: Taste, slate: Slate, _about: Evidence) -> Row:
    """What suits the profile and what few people know."""
    counts = slate.catalogue.counts
    known = counts[counts >= GEM_FEWEST]
    mask = (counts >= GEM_FEWEST) & (counts <= (np.quantile(known, GEM_QUANTILE) if known.size else 0))
    target = genre_shares(taste, slate.catalogue)
    choice = slate.choose((rows.HIDDEN_GEMS, ""), taste.scores, mask, target=target, slots=GEM_SLOTS)
    whys = [Evidence(rows.GEM, value=rows.people_number(each)) for each in counts[choice.positions]]
    return _row(rows.HIDDEN_GEMS, taste, choice, whys)


def _genre(taste: Taste, slate: Slate, about: Evidence) -> Row:
    """The best of a genre that the profile likes (of the catalogue's largest, for a newcomer)."""
    catalogue, name = slate.catalogue, about.name or ""
    mask = catalogue.has_genre[catalogue.genres.index(name)]
    choice = slate.choose((rows.GENRE, name), taste.scores, mask)
    whys = [about if taste.liked else rows.popular(each) for each in catalogue.counts[choice.positions]]
    return _row(rows.GENRE, taste, choice, whys, about)


def _more_with(kind: str, directs: bool) -> Callable[[Taste, Slate, Evidence], Row]:
    def fill(taste: Taste, slate: Slate, about: Evidence) -> Row:
        person_id = about.person_id or ""
        mask = _has_part(slate.catalogue, person_id, directs)
        choice = slate.kept((kind, person_id)) or Choice.of(slate.take(taste.scores, mask))
        return _row(kind, taste, choice, [about] * len(choice.positions), about)

    return fill


def _has_part(catalogue: Catalogue, person_id: str, directs: bool) -> Mask:
    mask = np.zeros(len(catalogue), dtype=np.bool_)
    for position in catalogue.by_person.get(person_id, ()):
        parts = catalogue.people.get(catalogue.faces[position].title_id, ())
        mask[position] = any(each == person_id and (role == DIRECTS) == directs for each, _, role in parts)
    return mask


def _new_here(taste: Taste, slate: Slate, _about: Evidence) -> Row:
    """What came into the catalogue lately: what suits the profile first, then the newest."""
    catalogue, scores = slate.catalogue, taste.scores
    age_s = taste.now - catalogue.added_at
    is_new = (age_s >= 0) & (age_s <= NEW_S)
    if np.count_nonzero(is_new & catalogue.is_proposed) > NEW_SHARE * np.count_nonzero(catalogue.is_proposed):
        is_new[:] = False
    span = float(np.ptp(scores)) if taste.liked and len(scores) else 0.0
    suits = (scores - scores.min(initial=0)) / span if span > 0 else np.zeros(len(scores), np.float32)
    order = (suits - 1e-3 * np.clip(age_s / NEW_S, 0, 1)).astype(np.float32)
    choice = slate.kept((rows.NEW_HERE, "")) or Choice.of(slate.take(order, is_new))
    days = [float(each) for each in age_s[choice.positions] // DAY_S]
    return _row(rows.NEW_HERE, taste, choice, [Evidence(rows.ADDED, value=each or None) for each in days])


def _short_tonight(taste: Taste, slate: Slate, _about: Evidence) -> Row:
    """What suits the profile and is over in an hour and a half."""
    catalogue = slate.catalogue
    lengths = catalogue.length_s
    is_film = catalogue.is_proposed & (lengths > 0)
    is_short = is_film & (lengths <= SHORT_S)
    if np.count_nonzero(is_short) > SHORT_SHARE * np.count_nonzero(is_film):
        is_short[:] = False
    choice = slate.choose((rows.SHORT, ""), taste.scores, is_short)
    whys = [Evidence(rows.LASTS, value=float(each)) for each in lengths[choice.positions]]
    return _row(rows.SHORT, taste, choice, whys)


def _row(kind: str, taste: Taste, choice: Choice, whys: Sequence[Evidence], about: Evidence | None = None) -> Row:
    items = [
        Placed(int(position), float(taste.scores[position]), why, propensity=propensity, owed_to=owed_to)
        for position, why, propensity, owed_to in zip(
            choice.positions, whys, choice.propensities, choice.owed_to, strict=True
        )
    ]
    return Row(kind, items, about)


def genre_shares(taste: Taste, catalogue: Catalogue) -> NDArray[np.float64]:
    """Tell what share of the profile's liking each genre has; for a newcomer, how much people like each."""
    if not taste.liked:
        return np.asarray((catalogue.has_genre * catalogue.counts).sum(axis=1), dtype=np.float64)
    positions: Positions = np.fromiter(taste.liked.keys(), dtype=np.intp)
    weights = np.fromiter(taste.liked.values(), dtype=np.float64)
    shares: NDArray[np.float64] = weights @ catalogue.genre_parts(positions).astype(np.float64) / weights.sum()
    return shares


PROPOSALS: Final[Sequence[Proposal]] = (
    Proposal(rows.TOP_PICKS, _who_liked, _top_picks),
    Proposal(rows.BECAUSE, _liked_lately, _because, SEEDS, SEEDS),
    Proposal(rows.TRENDING, _whoever, _trending),
    Proposal(rows.NEW_HERE, _whoever, _new_here),
    Proposal(rows.GENRE, _liked_genres, _genre, TASTE_GENRES, TASTE_GENRES),
    Proposal(rows.HIDDEN_GEMS, _who_liked, _hidden_gems),
    Proposal(rows.SHORT, _who_liked, _short_tonight),
    Proposal(
        rows.DIRECTOR,
        _shared_people(rows.BY_DIRECTOR, directs=True),
        _more_with(rows.DIRECTOR, directs=True),
        tries=PEOPLE_TRIED,
    ),
    Proposal(
        rows.PERSON,
        _shared_people(rows.WITH_PERSON, directs=False),
        _more_with(rows.PERSON, directs=False),
        tries=PEOPLE_TRIED,
    ),
)
"""Every row that proposes, in the order in which they choose: what one takes no later one shows."""

PROPOSAL_OF: Final[Mapping[str, Proposal]] = {each.kind: each for each in PROPOSALS}
