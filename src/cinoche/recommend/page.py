"""The page: rows placed one after another, no title twice, each only when it has something true to say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cinoche.library.models import TitleState
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
    rows.PLAYABLE,
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
    """Mask what may be proposed at all: kinds that are proposed, certification, media."""
    mask: Mask = catalogue.is_proposed & within(catalogue, rules)
    return mask


def within(catalogue: Catalogue, rules: Rules) -> Mask:
    """Mask what the rules allow to be shown, of whatever kind: certification, media."""
    mask = np.ones(len(catalogue), dtype=np.bool_)
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
    """Take out what the profile has seen, is seeing, or does not want to see; a series once an episode was watched."""
    position = catalogue.position
    known = [
        catalogue.whole(position[title_id])
        for title_id, each in state.titles.items()
        if title_id in position and _is_known(each, is_part=position[title_id] in catalogue.series_of)
    ]
    mask = mask.copy()
    mask[np.array(known, dtype=np.intp)] = False
    return mask


def _is_known(state: TitleState, *, is_part: bool) -> bool:
    """Tell whether a title needs no proposing; of the parts of a series, only what was watched speaks for the whole."""
    if is_part:
        return state.in_history
    return is_seen(state) or state.is_dismissed or state.in_progress


def is_mostly_unplayable(catalogue: Catalogue) -> bool:
    """Tell whether fewer than half of the titles that are proposed can be played here."""
    n_playable = np.count_nonzero(catalogue.has_media & catalogue.is_proposed)
    return bool(2 * n_playable < np.count_nonzero(catalogue.is_proposed))


def compose(catalogue: Catalogue, taste: Taste, rules: Rules) -> Sequence[Row]:
    """Compose a page: a pure function of the catalogue, what is known of the profile, and the rules.

    No title stands twice on a page; what the profile has already seen stands in its own rows only.
    """
    permitted = allowed(catalogue, rules)
    shown = within(catalogue, rules)
    own = Slate(catalogue, permitted & ~_dismissed(catalogue, taste.state), shown, rules.row_length)
    for _, proposer in OWN_ROWS:
        _place(own, proposer, taste, fewest=1)
    if not rules.needs_media and is_mostly_unplayable(catalogue):
        _place(own, rows.playable, taste, fewest=1)
    slate = Slate(catalogue, unseen(catalogue, taste.state, own.open), shown, rules.row_length, own.rows)
    for proposer in PROPOSED_ROWS:
        _place(slate, proposer, taste, fewest=FEWEST)
    _place(own, rows.watch_again, taste, fewest=1)
    return sorted(own.rows, key=lambda row: ORDER.index(row.kind))[: rules.rows]


def _place(slate: Slate, proposer: Proposer, taste: Taste, *, fewest: int) -> None:
    for row in proposer(taste, slate):
        if len(row.items) >= fewest:
            slate.rows.append(row)
            slate.open[[slate.catalogue.whole(placed.position) for placed in row.items]] = False


def _dismissed(catalogue: Catalogue, state: ProfileState) -> Mask:
    mask = np.zeros(len(catalogue), dtype=np.bool_)
    for title_id, each in state.titles.items():
        if each.is_dismissed and title_id in catalogue.position:
            mask[catalogue.position[title_id]] = True
    return mask
