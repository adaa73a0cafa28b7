"""The page: rows placed one after another, no title twice, each only when it has something true to say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cinoche.recommend import rows
from cinoche.recommend.catalogue import UNKNOWN_AGE, Catalogue, Mask
from cinoche.recommend.rows import FEWEST, Proposer, Row, Slate, Taste
from cinoche.recommend.state import ProfileState, is_seen

OWN_ROWS: Sequence[tuple[str, Proposer]] = (
    (rows.CONTINUE_WATCHING, rows.continue_watching),
    (rows.MY_LIST, rows.my_list),
)
"""Rows of what is the profile's own already: placed first, so that no proposal takes a title out of them."""

PROPOSED_ROWS: Sequence[Proposer] = (
    rows.top_picks,
    rows.because_you_watched,
    rows.trending,
    rows.genres_by_taste,
    rows.hidden_gems,
    rows.more_with_person,
)

ORDER: Sequence[str] = (
    rows.CONTINUE_WATCHING,
    rows.TOP_PICKS,
    rows.BECAUSE,
    rows.MY_LIST,
    rows.TRENDING,
    rows.GENRE,
    rows.HIDDEN_GEMS,
    rows.PERSON,
    rows.WATCH_AGAIN,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be shown to a profile, and how much of it.

    ``max_age`` is the highest certification a child's profile may see (a title without one is not for it);
    ``needs_media`` leaves out what cannot be played here.
    """

    max_age: int | None = None
    needs_media: bool = False
    rows: int = 12
    row_length: int = 20


def allowed(catalogue: Catalogue, rules: Rules) -> Mask:
    """Mask what the rules allow at all: kinds that are proposed, certification, media."""
    mask = catalogue.is_proposed.copy()
    if rules.max_age is not None:
        mask &= certified(catalogue, rules.max_age)
    if rules.needs_media:
        mask &= catalogue.has_media
    return mask


def certified(catalogue: Catalogue, max_age: int) -> Mask:
    """Mask what is certified for this age; a title without a certification is for no child."""
    mask: Mask = (catalogue.min_age <= max_age) & (catalogue.min_age != UNKNOWN_AGE)
    return mask


def unseen(catalogue: Catalogue, state: ProfileState, mask: Mask) -> Mask:
    """Take out what the profile has seen, is seeing, or does not want to see."""
    position = catalogue.position
    known = [
        position[title_id]
        for title_id, each in state.titles.items()
        if (is_seen(each) or each.is_dismissed or each.in_progress) and title_id in position
    ]
    mask = mask.copy()
    mask[np.array(known, dtype=np.intp)] = False
    return mask


def compose(catalogue: Catalogue, taste: Taste, rules: Rules) -> Sequence[Row]:
    """Compose a page: a pure function of the catalogue, what is known of the profile, and the rules.

    No title stands twice on a page; what the profile has already seen stands in its own rows only.
    """
    permitted = allowed(catalogue, rules)
    own = Slate(catalogue, permitted & ~_dismissed(catalogue, taste.state), rules.row_length)
    for _, proposer in OWN_ROWS:
        _place(own, proposer, taste, fewest=1)
    slate = Slate(catalogue, unseen(catalogue, taste.state, own.open), rules.row_length, own.rows)
    for proposer in PROPOSED_ROWS:
        _place(slate, proposer, taste, fewest=FEWEST)
    _place(own, rows.watch_again, taste, fewest=1)
    return sorted(own.rows, key=lambda row: ORDER.index(row.kind))[: rules.rows]


def _place(slate: Slate, proposer: Proposer, taste: Taste, *, fewest: int) -> None:
    for row in proposer(taste, slate):
        if len(row.items) >= fewest:
            slate.rows.append(row)
            slate.open[[placed.position for placed in row.items]] = False


def _dismissed(catalogue: Catalogue, state: ProfileState) -> Mask:
    mask = np.zeros(len(catalogue), dtype=np.bool_)
    for title_id, each in state.titles.items():
        if each.is_dismissed and title_id in catalogue.position:
            mask[catalogue.position[title_id]] = True
    return mask
