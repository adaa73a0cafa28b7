"""The page: rows placed one after another, no title twice, each only when it has something true to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from cinoche.library.models import TitleState
from cinoche.recommend import own_rows, rows
from cinoche.recommend.catalogue import UNKNOWN_AGE, Catalogue, Mask
from cinoche.recommend.exploration import NEVER_DRAWN, Exploration
from cinoche.recommend.proposals import PROPOSAL_OF, PROPOSALS
from cinoche.recommend.rerank import PLAIN, Balance
from cinoche.recommend.rows import FEWEST, Held, Proposer, Row, Slate, Taste
from cinoche.recommend.state import ProfileState, is_seen

OWN_ROWS: Sequence[Proposer] = (own_rows.continue_watching, own_rows.my_list)
"""Rows of what is the profile's own already: placed first, so that no proposal takes a title out of them."""

ORDER: Sequence[str] = (
    rows.CONTINUE_WATCHING,
    rows.PLAYABLE,
    rows.TOP_PICKS,
    rows.BECAUSE,
    rows.MY_LIST,
    rows.TRENDING,
    rows.NEW_HERE,
    rows.GENRE,
    rows.HIDDEN_GEMS,
    rows.SHORT,
    rows.DIRECTOR,
    rows.PERSON,
    rows.WATCH_AGAIN,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be shown to a profile, and how much of it.

    ``max_age`` is the highest certification a child's profile may see (a title without one is not for it);
    ``needs_media`` leaves out what cannot be played here. ``balance`` and ``exploration`` are how rows are chosen
    beyond the scores.
    """

    max_age: int | None = None
    needs_media: bool = False
    rows: int = 12
    row_length: int = 20
    balance: Balance = PLAIN
    exploration: Exploration = NEVER_DRAWN


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


def compose(
    catalogue: Catalogue, taste: Taste, rules: Rules, *, seed: str = "", held: Sequence[Held] = ()
) -> Sequence[Row]:
    """Compose a page: a pure function of the catalogue, what is known of the profile, the rules, and the seed.

    No title stands twice on a page; what the profile has already seen stands in its own rows only. The rows in
    ``held`` were shown in the same visit: they stay first, in their order, with what may still be shown of them; only
    what was left midway since comes before them.
    """
    permitted = allowed(catalogue, rules)
    shown = within(catalogue, rules)
    own = Slate(catalogue, permitted & ~_dismissed(catalogue, taste.state), shown, rules.row_length)
    for proposer in OWN_ROWS:
        _place_all(own, proposer(taste, own))
    if not rules.needs_media and is_mostly_unplayable(catalogue):
        _place_all(own, own_rows.playable(taste, own))
    slate = replace(
        own,
        open=unseen(catalogue, taste.state, own.open),
        balance=rules.balance,
        exploration=rules.exploration,
        seed=seed,
        held={each.key: each for each in held},
    )
    _propose(slate, taste, held)
    _place_all(own, own_rows.watch_again(taste, own))
    first = {each.key: place for place, each in enumerate(held)} | {(rows.CONTINUE_WATCHING, ""): -1}
    return sorted(own.rows, key=lambda row: (first.get(row.key, len(held)), ORDER.index(row.kind)))[: rules.rows]


def _propose(slate: Slate, taste: Taste, held: Sequence[Held]) -> None:
    """Place the rows that stay, then of each kind what else it has to say."""
    for each in held:
        proposal = PROPOSAL_OF.get(each.key[0])
        abouts = proposal.subjects(taste, slate.catalogue) if proposal else ()
        about = next((about for about in abouts if Row(each.key[0], (), about).key == each.key), None)
        if proposal and about is not None:
            _place(slate, proposal.fill(taste, slate, about), fewest=1)
    for proposal in PROPOSALS:
        placed = {row.key for row in slate.rows if row.kind == proposal.kind}
        for about in islice(proposal.subjects(taste, slate.catalogue), proposal.tries):
            if len(placed) >= proposal.most:
                break
            if Row(proposal.kind, (), about).key not in placed:
                row = proposal.fill(taste, slate, about)
                if _place(slate, row, fewest=FEWEST):
                    placed.add(row.key)


def _place_all(slate: Slate, proposed: Iterable[Row]) -> None:
    for row in proposed:
        _place(slate, row, fewest=1)


def _place(slate: Slate, row: Row, *, fewest: int) -> bool:
    if len(row.items) < fewest:
        return False
    slate.rows.append(row)
    slate.open[[slate.catalogue.whole(placed.position) for placed in row.items]] = False
    return True


def _dismissed(catalogue: Catalogue, state: ProfileState) -> Mask:
    mask = np.zeros(len(catalogue), dtype=np.bool_)
    for title_id, each in state.titles.items():
        if each.is_dismissed and title_id in catalogue.position:
            mask[catalogue.position[title_id]] = True
    return mask
