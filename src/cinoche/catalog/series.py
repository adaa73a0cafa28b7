"""Series: their seasons and episodes in the order in which one watches them."""

from collections.abc import Iterable, Mapping

from cinoche.catalog.models import Face, Faces, Kind, is_fit

_LAST = 1 << 30


def ordered(faces: Iterable[Face]) -> Mapping[str, tuple[str, ...]]:
    """Map each parent to what is directly under it: episodes before seasons, by number, number 0 (specials) last."""
    found: dict[str, list[Face]] = {}
    for face in faces:
        if face.parent_id is not None:
            found.setdefault(face.parent_id, []).append(face)
    return {parent: tuple(each.title_id for each in sorted(under, key=_place)) for parent, under in found.items()}


def children(faces: Faces, title_id: str) -> list[Face]:
    """List the seasons and episodes directly under a title, in their order."""
    return [faces.faces[faces.index[each]] for each in faces.children.get(title_id, ())]


def episodes(faces: Faces, title_id: str) -> list[Face]:
    """List the episodes of a series or a season, across its seasons, in the order in which one watches them."""
    found: list[Face] = []
    for face in children(faces, title_id):
        found += [face] if face.kind is Kind.EPISODE else episodes(faces, face.title_id)
    return found


def playable(faces: Faces, title_id: str, max_age: int | None) -> list[Face]:
    """List the episodes of a series or a season that can be played here within a limit of age."""
    return [each for each in episodes(faces, title_id) if each.has_media and is_fit(each.min_age, max_age)]


def series_of(faces: Faces, title_id: str) -> Face | None:
    """Find the series that a season or an episode belongs to; None for what belongs to none."""
    face = faces.get(title_id)
    while face is not None and face.parent_id is not None:
        face = faces.get(face.parent_id)
    return face if face is not None and face.kind is Kind.SERIES and face.title_id != title_id else None


def after(faces: Faces, title_id: str) -> list[Face]:
    """List the episodes that come after this one, across seasons; none after what is no episode."""
    whole = series_of(faces, title_id)
    every = episodes(faces, whole.title_id) if whole is not None else []
    here = next((place for place, each in enumerate(every) if each.title_id == title_id), len(every))
    return every[here + 1 :]


def _place(face: Face) -> tuple[bool, int, str]:
    number = _LAST if not face.number else face.number - 1
    return face.kind is not Kind.EPISODE, number, face.title_id
