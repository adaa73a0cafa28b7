"""What routes accept and answer. What is accepted is strict: no field that is not known, no number in quotes."""

from dataclasses import asdict
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from cinoche.accounts import models
from cinoche.catalog.models import Kind
from cinoche.events.types import MAX_RATING, MAX_REVIEW_LENGTH, MIN_RATING
from cinoche.kit.clock import to_rfc3339

T = TypeVar("T")

Language = Literal["en", "fr"]
Avatar = Literal["comet", "fern", "lantern", "otter", "paper", "reel", "saffron", "tide"]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-23T20:00:00.000Z"])]
Email = Annotated[str, Field(max_length=320, examples=["name@example.org"])]
Password = Annotated[str, Field(max_length=1_024)]
Name = Annotated[str, Field(min_length=1, max_length=200, description="1 to 40 characters, once trimmed.")]
LanguageTag = Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, examples=["fr"])]
TitleText = Annotated[str, Field(min_length=1, max_length=200, examples=["Heat", "tt0113277", "tmdb:949"])]
MaxAge = Annotated[int | None, Field(ge=0, le=models.OLDEST_LIMIT, description="Highest certification; null: all.")]

RowKind = Literal[
    "continue_watching",
    "top_picks",
    "because_you_watched",
    "my_list",
    "trending",
    "genre",
    "hidden_gems",
    "more_with_person",
    "watch_again",
    "playable",
]
EvidenceKind = Literal[
    "seed",
    "watched",
    "kin",
    "director",
    "genres",
    "progress",
    "next",
    "listed",
    "trend",
    "popular",
    "taste",
    "gem",
    "person",
    "seen",
    "playable",
]

_ACCEPTED: Final = ConfigDict(extra="forbid", strict=True)


class Accepted(BaseModel):
    """A body that a route accepts."""

    model_config = _ACCEPTED


class Items(BaseModel, Generic[T]):
    """A list, a page at a time; ``next`` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None


class Preferences(Accepted):
    """How a profile likes to watch."""

    autoplay: bool = Field(default=True, description="Whether the next episode starts by itself.")
    quality_cap: Annotated[int | None, Field(ge=144, le=4320, description="The highest picture, in lines.")] = None
    audio_language: LanguageTag | None = None
    caption_language: Annotated[LanguageTag | None, Field(description="null: no subtitles.")] = None
    caption_size: Literal["small", "medium", "large", "huge"] = "medium"
    caption_ground: Literal["solid", "veil", "none"] = "veil"
    caption_ink: Literal["paper", "lamp"] = "paper"
    shortcuts: bool = Field(
        default=True, description="Whether single keys (K, J, L, F, M, C) do something in the player."
    )


class SignUp(Accepted):
    """Who wants an account; ``name`` is that of the first profile."""

    email: Email
    password: Annotated[Password, Field(description="At least 10 characters.")]
    language: Language = "en"
    name: Name | None = None


class SignIn(Accepted):
    """Who wants in."""

    email: Email
    password: Password


class PasswordChange(Accepted):
    """The password of now, and the one to come."""

    current_password: Password
    new_password: Password


class NewProfile(Accepted):
    """A profile to add; a child's takes the limit of 10 unless it has its own."""

    name: Name
    avatar: Avatar = "comet"
    language: Annotated[Language | None, Field(description="null: the browser's, until one is chosen.")] = None
    is_kids: bool = False
    max_age: MaxAge = None
    preferences: Preferences | None = None

    def fields(self) -> dict[str, Any]:
        """Tell what the profile is to be."""
        return _profile_fields(self.model_dump())


class ProfileChange(Accepted):
    """What to change of a profile; what is left out stays."""

    name: Name | None = None
    avatar: Avatar | None = None
    language: Annotated[Language | None, Field(description="null: the browser's, as long as it is.")] = None
    is_kids: bool | None = None
    max_age: MaxAge = None
    preferences: Annotated[Preferences | None, Field(description="Replaces all of them.")] = None

    def changes(self) -> dict[str, Any]:
        """Tell what was sent: null leaves a field as it is, but lifts ``max_age`` and gives ``language`` up."""
        # What is left out of preferences takes its default, as the object is replaced whole.
        sent = {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}
        is_said = {name for name, value in sent.items() if value is not None} | {"max_age", "language"}
        return _profile_fields({name: value for name, value in sent.items() if name in is_said})


def _profile_fields(sent: dict[str, Any]) -> dict[str, Any]:
    preferences = sent.get("preferences")
    return sent if preferences is None else sent | {"preferences": models.Preferences.of(preferences)}


class LikedTitles(Accepted):
    """Titles that somebody likes, by id or by name, and how many like them are wanted."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    liked: Annotated[
        list[TitleText], Field(min_length=1, max_length=50, validation_alias=AliasChoices("liked", "titles"))
    ]
    n: Annotated[int, Field(ge=1, le=200)] = 10
    language: Language = "en"


class NewRating(Accepted):
    """Stars."""

    rating: Annotated[float, Field(ge=MIN_RATING, le=MAX_RATING, allow_inf_nan=False)]


class NewReview(Accepted):
    """A review; it is kept encrypted."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_REVIEW_LENGTH)]


class Account(BaseModel):
    """Somebody who signs in."""

    account_id: str
    email: str
    role: Literal["viewer", "operator"]
    language: Language
    created_at: Instant

    @classmethod
    def of(cls, account: models.Account) -> Self:
        """Show an account."""
        return cls.model_validate(
            {
                "account_id": account.account_id,
                "email": account.email,
                "role": account.role.value,
                "language": account.language,
                "created_at": to_rfc3339(account.created_at),
            }
        )


class Profile(BaseModel):
    """Somebody who watches; a profile with a PIN asks for it before it is used."""

    profile_id: str
    name: str
    avatar: Avatar
    language: Annotated[Language | None, Field(description="null: the browser's, until one is chosen.")]
    is_kids: bool
    max_age: int | None
    created_at: Instant
    has_pin: bool = False
    preferences: Preferences = Field(default_factory=Preferences)

    @classmethod
    def of(cls, profile: models.Profile) -> Self:
        """Show a profile."""
        return cls.model_validate(
            {
                "profile_id": profile.profile_id,
                "name": profile.name,
                "avatar": profile.avatar,
                "language": profile.language,
                "is_kids": profile.is_kids,
                "max_age": profile.max_age,
                "created_at": to_rfc3339(profile.created_at),
                "has_pin": profile.has_pin,
                "preferences": asdict(profile.preferences),
            }
        )


class SignedUp(BaseModel):
    """A new account."""

    account: Account
    profiles: list[Profile]


class SignedIn(BaseModel):
    """A new session: the token for the Authorization header, and what a browser sends back with its cookie."""

    token: str
    csrf_token: str
    expires_at: Instant
    account: Account
    profiles: list[Profile]


class Me(BaseModel):
    """Who is signed in."""

    account: Account
    profiles: list[Profile]
    expires_at: Instant
    profile_id: str | None = Field(
        default=None, description="The profile that this session watches as; null: none chosen."
    )


class Face(BaseModel):
    """A title as every list shows it."""

    title_id: str
    name: str
    year: int | None
    kind: Kind
    length_s: int | None
    certification: str | None
    genres: list[str]
    has_media: bool
    directors: list[str]
    parent_id: str | None = Field(description="The series or season that this is a part of.")
    number: int | None = Field(description="Which season or episode of it this is.")
    poster: str = Field(description="The address of its poster; with -wide before .svg, of a panorama without letters.")


class Credit(BaseModel):
    """A part that a person had in a title."""

    person_id: str
    name: str
    role: str
    character: str | None


class Tag(BaseModel):
    """A word that people put on a title, and how many times they did."""

    tag: str
    times: int


class Title(Face):
    """Everything that is known of a title; ``sources`` says where each fact comes from."""

    original_name: str | None
    alternative_names: list[str]
    synopsis: str | None = None
    is_withdrawn: bool = False
    updated_at: Instant
    budget_usd: int | None
    external: dict[str, str]
    credits: list[Credit]
    tags: list[Tag]
    sources: dict[str, str]
    attributions: list[str]


class Evidence(BaseModel):
    """Why a title stands where it stands: the title, person or genre that moved it, and a sentence that says so."""

    kind: EvidenceKind
    title_id: str | None
    person_id: str | None
    name: str | None
    value: float | None
    text: str


class RecommendedItem(Face):
    """A title that is proposed: its score, who gave it, and why."""

    score: float
    scorer: str
    evidence: Evidence
    progress: float | None = Field(
        default=None, description="The share watched, 0 to 1, where a play was left before the end."
    )
    position_s: float | None = None


class About(BaseModel):
    """What the heading of a row names: a title, a person, or a genre (by its name alone)."""

    title_id: str | None
    person_id: str | None
    name: str | None


class Row(BaseModel):
    """A row of a page; ``title`` is its heading and ``sentence`` why it is there, in the profile's language."""

    kind: RowKind
    title: str
    sentence: str
    about: About | None
    items: list[RecommendedItem]


class Home(BaseModel):
    """The page of a profile; no title is on it twice."""

    rows: list[Row]


class HistoryItem(Face):
    """A title that was watched, and how far."""

    watched_at: Instant
    position_s: float
    duration_s: float | None
    is_played: bool
    in_progress: bool


class RatingItem(Face):
    """A title that was given stars."""

    rating: float
    rated_at: Instant


class WatchlistItem(Face):
    """A title on my list."""

    listed_at: Instant


class ReviewItem(Face):
    """A title that was reviewed; ``text`` is null when nobody can read it any more."""

    text: str | None
    reviewed_at: Instant


class Seed(BaseModel):
    """The title that a name or an id was taken for."""

    title_id: str
    name: str
    year: int | None


class Faces(Items[Face]):
    """A page of titles."""


class Recommended(Items[RecommendedItem]):
    """Proposed titles, best first."""


class Suggested(Items[RecommendedItem]):
    """Proposed titles, best first, and the ones they are like."""

    seeds: list[Seed]


class History(Items[HistoryItem]):
    """A page of what was watched."""


class Ratings(Items[RatingItem]):
    """A page of stars."""


class Watchlist(Items[WatchlistItem]):
    """A page of my list."""


class Reviews(Items[ReviewItem]):
    """A page of reviews."""


class Profiles(Items[Profile]):
    """The profiles of an account."""


class EventsAccepted(BaseModel):
    """What became of a batch: how many were new, how many were known, and the log offset that includes them."""

    accepted: int
    duplicates: int
    offset: int


class Health(BaseModel):
    """Whether the process lives, or is ready; ``checks`` names what was asked."""

    status: Literal["ok", "ready"]
    checks: list[str] = []


class Wrong(BaseModel):
    """One thing that was wrong, and where."""

    where: str
    message: str


class PlayingElsewhere(BaseModel):
    """What plays on an account, and on which device where it has a name."""

    play_session_id: str
    title_id: str
    name: str
    device: str | None


class Problem(BaseModel):
    """Why a request was refused (RFC 9457), where, and what would be right."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    where: str | None = None
    remedy: str | None = None
    errors: list[Wrong] = []
    candidates: list[Seed] = Field([], description="The titles that an ambiguous name may mean.")
    near: list[Seed] = Field([], description="The titles that come nearest to an unknown name.")
    playing: list[PlayingElsewhere] = Field([], description="What plays on an account that plays as much as it may.")
