"""What the routes of experiments accept and answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from cinoche.api.schemas import Accepted, Instant
from cinoche.events.types import MAX_ARMS

Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9._-]{0,39}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Kind = Literal["ab", "interleaved"]


class NewArm(Accepted):
    """One way of recommending; what is left out is as it is for everybody."""

    name: Name
    scorer: Annotated[str | None, Field(min_length=1, max_length=64, description="A family, or `blend`.")] = None
    version: Annotated[str | None, Field(min_length=1, max_length=64, description="A published version.")] = None
    calibration: Share | None = None
    diversity: Share | None = None
    exploration: Share | None = None


class NewExperiment(Accepted):
    """An experiment: its arms, the first of them the one that the others are measured against."""

    experiment_id: Name
    kind: Kind = "ab"
    arms: Annotated[list[NewArm], Field(min_length=2, max_length=MAX_ARMS)]
    share: Annotated[float, Field(gt=0, le=1, description="The share of profiles that takes part.")] = 1.0


class Arm(BaseModel):
    """An arm, and what came of it; figures are null where fewer than five profiles had it."""

    name: str
    scorer: str
    version: str
    calibration: float | None
    diversity: float | None
    exploration: float | None
    is_missing: bool = Field(description="Its version or scorer is gone: nobody gets it, nothing is counted of it.")
    profiles: int | None
    shown: int | None = Field(description="Rows that were seen; of an interleaved experiment, titles.")
    played: int | None
    completed: int | None
    rate: float | None = Field(
        description="The share of the rows played from; of an interleaved experiment, of what was played of both arms."
    )
    low: float | None
    high: float | None


class Comparison(BaseModel):
    """How much better an arm is than the first: bounds of 95 % that hold however often one looks."""

    arm: str
    difference: float
    low: float
    high: float


class Experiment(BaseModel):
    """An experiment and what it has shown."""

    experiment_id: str
    kind: Kind
    share: float
    started_at: Instant
    stopped_at: Instant | None
    arms: list[Arm]
    comparisons: list[Comparison]
    verdict: Literal["too_few", "mismatch", "not_yet", "winner"]
    winner: str | None


class Estimated(BaseModel):
    """An estimate between the bounds of its interval of 95 %."""

    value: float
    low: float
    high: float


class DrawsValue(BaseModel):
    """What the places that are drawn at times earn, and by three estimates what they would were nothing drawn."""

    places: int
    effective: int = Field(description="How many places that were never drawn would say as much.")
    logged: Estimated
    ips: Estimated
    snips: Estimated
    doubly_robust: Estimated


class Experiments(BaseModel):
    """Every experiment, the newest first, and what an arm may name."""

    items: list[Experiment]
    drawn_at: Instant | None
    draws: DrawsValue | None
    scorers: list[str]
    versions: list[str]
