"""What the routes of the Studio accept and answer: titles as an operator sees them, media, jobs, insights."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from cinoche.api.schemas import Accepted, Face, Instant, Items
from cinoche.catalog.models import EARLIEST_YEAR, LATEST_YEAR, LONGEST_GENRE, LONGEST_NAME, Kind

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Genre = Annotated[str, Field(min_length=1, max_length=LONGEST_GENRE)]
Mark = Literal["G", "PG", "PG-13", "R", "NC-17"]


class StudioTitle(Face):
    """A title as the catalogue table shows it."""

    is_withdrawn: bool
    media: Literal["none", "queued", "watchable", "ready", "failed"]
    synopsis: str | None
    plays: int
    updated_at: Instant


class StudioTitles(Items[StudioTitle]):
    """A page of titles, and how many there are in all."""

    total: int


class TitleChange(Accepted):
    """Facts to change; what is left out stays, null empties what may be empty."""

    name: Name | None = None
    year: Annotated[int | None, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)] = None
    genres: Annotated[list[Genre] | None, Field(max_length=20)] = None
    certification: Mark | None = None
    length_s: Annotated[int | None, Field(ge=1, le=86_400)] = None
    synopsis: Annotated[str | None, Field(max_length=4_000)] = None
    directors: Annotated[list[Name] | None, Field(max_length=10)] = None
    is_withdrawn: bool | None = None


class NewTitle(Accepted):
    """A title that the catalogue does not have yet."""

    name: Name
    kind: Kind = Field(Kind.FILM, strict=False)
    year: Annotated[int | None, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)] = None
    genres: Annotated[list[Genre], Field(max_length=20, default_factory=list)]
    certification: Mark | None = None
    synopsis: Annotated[str | None, Field(max_length=4_000)] = None
    directors: Annotated[list[Name], Field(max_length=10, default_factory=list)]
    parent_id: Annotated[str | None, Field(max_length=64)] = None
    number: Annotated[int | None, Field(ge=0, le=10_000)] = None


class JobTrouble(BaseModel):
    """Why a job failed: what was wrong, where, and how to mend it."""

    message: str
    where: str | None
    remedy: str | None


class MediaJob(BaseModel):
    """The work of making a file playable. ``progress`` is 0 to 1; ``watchable_at`` is when the first rung was."""

    job_id: str
    title_id: str
    title_name: str
    file_name: str
    state: JobState
    stage: str
    progress: float
    attempts: int
    trouble: JobTrouble | None
    created_at: Instant
    started_at: Instant | None
    watchable_at: Instant | None
    ended_at: Instant | None


class LogLine(BaseModel):
    """A line that a job wrote."""

    at: Instant
    text: str


class MediaJobDetail(MediaJob):
    """A job and what it wrote."""

    log: list[LogLine]


class MediaJobs(Items[MediaJob]):
    """Jobs, the newest first."""


class MediaAsset(BaseModel):
    """What can be played of a title, and what it takes on the disk."""

    title_id: str
    title_name: str
    asset_id: str
    state: Literal["watchable", "ready"]
    duration_s: float
    heights: list[int]
    audio: list[str]
    captions: list[str]
    size_bytes: int
    created_at: Instant


class MediaAssets(Items[MediaAsset]):
    """Assets, the newest first."""


class DayCount(BaseModel):
    """A day (UTC) of plays."""

    day: Annotated[str, Field(examples=["2026-11-24"])]
    plays: int
    hours: float


class TitleCount(BaseModel):
    """A title and how it was played; ``completion`` is the share of its plays that reached the end."""

    title_id: str
    name: str
    year: int | None
    plays: int
    hours: float
    completion: float | None


class RowCount(BaseModel):
    """A kind of row: how often it was seen, and how often a title of it was played within a day."""

    kind: str
    shown: int
    plays: int
    rate: float | None


class Insights(BaseModel):
    """What was watched in a span of days, beside the span before it."""

    since: str
    until: str
    genre: str | None
    plays: int
    hours: float
    completion: float | None
    viewers: int | None = Field(description="Profiles that watched; null where they are fewer than five.")
    plays_before: int
    hours_before: float
    completion_before: float | None
    days: list[DayCount]
    days_before: list[DayCount]
    titles: list[TitleCount]
    rows: list[RowCount]
    genres: list[str]


class RateCount(BaseModel):
    """How often something was shown, and the shares of it that were played within a day, and then to the end."""

    name: str
    shown: int
    ctr: float | None
    completion: float | None


class DayRate(BaseModel):
    """How many rows were seen on a UTC day, and the share of them that was played from within a day."""

    day: str
    shown: int
    ctr: float | None


class RecommenderHealth(BaseModel):
    """How fresh the recommender's model is, and how what it shows fares; figures are null until they are drawn."""

    model_version: str | None
    model_age_s: float | None
    model_offset: int | None
    log_end_offset: int
    lag_events: int | None = Field(description="Events that the model has not learned yet.")
    is_stale: bool = Field(description="Somebody was erased whom the model still knows; a training is on its way.")
    drawn_at: Instant | None
    days: int | None
    impressions: int | None
    plays: int | None
    coverage: float | None = Field(description="The share of the titles that somebody was shown.")
    gini: float | None = Field(description="How unequally titles are shown: 0 alike, 1 one alone.")
    novelty: float | None = Field(description="How unknown what is shown is, in bits.")
    long_tail: float | None = Field(description="The share of what is shown beyond the titles with most of the likes.")
    calibration_error: float | None = Field(description="How far genres shown are from genres played, 0 to 1.")
    taste_drift: float | None = Field(description="How far genres played last week are from those before, 0 to 1.")
    rows: list[RateCount]
    positions: list[RateCount]
    scorers: list[RateCount]
    by_day: list[DayRate]
