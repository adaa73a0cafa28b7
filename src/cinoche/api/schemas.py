"""What routes accept and answer. What is accepted is strict: no field that is not known, no number in quotes."""

from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from cinoche.accounts import models
from cinoche.events.types import MAX_RATING, MAX_REVIEW_LENGTH, MIN_RATING
from cinoche.kit.clock import to_rfc3339

T = TypeVar("T")

Language = Literal["en", "fr"]
Avatar = Literal["comet", "fern", "lantern", "otter", "paper", "reel", "saffron", "tide"]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-23T20:00:00.000Z"])]
Email = Annotated[str, Field(max_length=320, examples=["name@example.org"])]
Password = Annotated[str, Field(max_length=1_024)]
Name = Annotated[str, Field(min_length=1, max_length=200, description="1 to 40 characters, once trimmed.")]
TitleText = Annotated[str, Field(min_length=1, max_length=200, examples=["Heat", "tt0113277", "tmdb:949"])]
MaxAge = Annotated[int | None, Field(ge=0, le=models.OLDEST_LIMIT, description="Highest certification; null: all.")]

_ACCEPTED: Final = ConfigDict(extra="forbid", strict=True)


class Accepted(BaseModel):
    """A body that a route accepts."""

    model_config = _ACCEPTED


class Items(BaseModel, Generic[T]):
    """A list, a page at a time; ``next`` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None = None


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
    language: Language = "en"
    is_kids: bool = False
    max_age: MaxAge = None


class ProfileChange(Accepted):
    """What to change of a profile; what is left out stays."""

    name: Name | None = None
    avatar: Avatar | None = None
    language: Language | None = None
    is_kids: bool | None = None
    max_age: MaxAge = None

    def changes(self) -> dict[str, Any]:
        """Tell what was sent: null leaves a field as it is, but for ``max_age``, where it lifts the limit."""
        sent = self.model_dump(exclude_unset=True)
        return {key: value for key, value in sent.items() if value is not None or key == "max_age"}


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
    """Somebody who watches."""

    profile_id: str
    name: str
    avatar: Avatar
    language: Language
    is_kids: bool
    max_age: int | None
    created_at: Instant

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


class Health(BaseModel):
    """Whether the process lives, or is ready; ``checks`` names what was asked."""

    status: Literal["ok", "ready"]
    checks: list[str] = []


class Wrong(BaseModel):
    """One thing that was wrong, and where."""

    where: str
    message: str


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
