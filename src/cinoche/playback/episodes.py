"""Which episode of a series comes next."""

from collections.abc import Mapping, Sequence

from cinoche.catalog.models import Faces, Kind
from cinoche.library.models import TitleState


def episodes_of(faces: Faces, title_id: str) -> Sequence[str]:
    """List the episodes under a series or a season, in their order; an episode or a film has none."""
    found: list[str] = []
    waiting = [title_id]
    while waiting:
        face = faces.get(waiting.pop())
        if face is None:
            continue
        if face.kind is Kind.EPISODE and face.title_id != title_id:
            found.append(face.title_id)
        waiting += reversed(faces.children.get(face.title_id, ()))
    return found


def series_of(faces: Faces, title_id: str) -> str | None:
    """Tell which series a season or an episode belongs to; None where it belongs to none."""
    face, seen = faces.get(title_id), {title_id}
    while face is not None and face.parent_id is not None and face.parent_id not in seen:
        seen.add(face.parent_id)
        face = faces.get(face.parent_id)
    return face.title_id if face is not None and face.title_id != title_id and face.kind is Kind.SERIES else None


def pick_next(episodes: Sequence[str], states: Mapping[str, TitleState]) -> str | None:
    """Choose what a click on a series plays: what was watched last or, where that is played, what follows it.

    After the last episode comes the first one that was missed, and when all are played the first of all.
    """
    if not episodes:
        return None
    watched = [each for each in episodes if each in states and states[each].in_history]
    latest = max(watched, key=lambda each: states[each].watched_at, default=None)
    start = episodes.index(latest) if latest is not None else 0
    in_order = (*episodes[start:], *episodes[:start])
    return next((each for each in in_order if not _is_over(states.get(each))), episodes[0])


def _is_over(state: TitleState | None) -> bool:
    return state is not None and state.is_played and not state.in_progress
