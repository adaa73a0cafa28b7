"""What the catalogue says of titles, as trainings and likenesses read it."""

from collections.abc import Sequence

from cinoche.catalog.service import Catalog
from cinoche.recommend.families.base import TitleFacts


def facts_of(catalog: Catalog, title_ids: Sequence[str] | None = None) -> list[TitleFacts]:
    """List what is known of titles: of these, or of all in the order of the catalogue; unknown ones are left out."""
    faces, tags, synopses = catalog.faces(), catalog.tags(), catalog.synopses(title_ids)
    also = {entry.title_id: tuple(entry.also) for entry in catalog.names().entries}
    wanted = faces.faces if title_ids is None else [face for each in title_ids if (face := faces.get(each)) is not None]
    return [
        TitleFacts(
            title_id=face.title_id,
            name=face.name,
            year=face.year,
            genres=face.genres,
            tags=tuple(tags.get(face.title_id, ())),
            people=tuple(dict.fromkeys(person_id for person_id, _, _ in faces.people.get(face.title_id, ()))),
            external=face.external,
            also=also.get(face.title_id, ()),
            synopsis=synopses.get(face.title_id, ""),
            length_s=face.length_s,
        )
        for face in wanted
    ]
