"""What the routes of looking around accept and answer: search, people, genres, the collection, onboarding."""

from pydantic import BaseModel, Field

from cinoche.api.schemas import Face, Items


class PersonFace(BaseModel):
    """A person, and in how many titles of the catalogue."""

    person_id: str
    name: str
    titles: int
    roles: list[str]


class Part(Face):
    """A title that a person had a part in."""

    role: str
    character: str | None


class PersonPage(PersonFace):
    """A person and every title they had a part in, the newest first."""

    parts: list[Part]


class GenreFace(BaseModel):
    """A genre, and how many titles have it."""

    genre: str
    titles: int


class Genres(BaseModel):
    """Every genre of the catalogue, the fullest first."""

    items: list[GenreFace]


class Found(Items[Face]):
    """What a search found; ``read_as`` says what the words were read as, where typos were forgiven."""

    people: list[PersonFace]
    genres: list[GenreFace]
    read_as: str | None


class Named(BaseModel):
    """A title by its name alone, for who has no account."""

    title_id: str
    name: str
    year: int | None


class Names(BaseModel):
    """Titles whose names are near to what was typed."""

    items: list[Named]


class Decade(BaseModel):
    """A decade, and how many titles are of it."""

    decade: int
    titles: int


class Collection(BaseModel):
    """The collection in figures, for anybody."""

    titles: int
    films: int
    series: int
    episodes: int
    with_media: int
    people: int
    hours: float = Field(description="How long all titles last whose length is known.")
    first_year: int | None
    last_year: int | None
    genres: list[GenreFace]
    decades: list[Decade]
    attributions: list[str]
    version: str


class Picks(BaseModel):
    """Well-known titles of many kinds, for a new profile to say which it likes."""

    items: list[Face]
