"""Every setting of Cinoche, in one table. Each default needs no server; read in bootstrap only."""

from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cinoche.kit.errors import Invalid

PREFIX = "CINOCHE_"

Weight = Annotated[float, Ge(-1), Le(1)]
Share = Annotated[float, Ge(0), Le(1)]


class Settings(BaseSettings):
    """What an operator may change, from the environment: ``CINOCHE_PORT=9000`` sets ``port``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Field(Path("cinoche-data"), description="The folder of everything that is kept on this machine.")
    database_url: str = Field("", description="Where relations live; empty: SQLite in the data folder.")
    events_url: str = Field("", description="Where the event log lives; empty: SQLite in the data folder.")
    media_url: str = Field("", description="Where films are kept; empty: files in the data folder.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: Annotated[int, Ge(0), Le(65_535)] = Field(8000, description="The port to listen on; 0 picks a free one.")
    workers: Annotated[int, Ge(1), Le(64)] = Field(2, description="How many processes answer requests.")
    media_workers: Annotated[int, Ge(0), Le(8)] = Field(
        1, description="How many processes of the server make films playable; 0 leaves that to `cinoche media work`."
    )
    upload_gb: Annotated[float, Ge(0.001), Le(10_000)] = Field(
        50.0, description="The largest film, in gigabytes, that the Studio accepts."
    )
    commercial: bool = Field(False, description="Refuse and hide what comes from a non-commercial source.")
    secure_cookies: bool = Field(False, description="Mark cookies Secure even when the request came over plain HTTP.")
    trusted_proxies: str = Field("", description="Addresses of proxies whose X-Forwarded-For is believed, by commas.")
    allowed_origins: str = Field("", description="Further origins under which a proxy serves these pages, by commas.")
    session_days: Annotated[int, Ge(1), Le(365)] = Field(30, description="Days without use after which a session ends.")
    streams_per_account: Annotated[int, Ge(1), Le(100)] = Field(
        4, description="On how many devices an account may play at once."
    )
    clock_tolerance_s: Annotated[float, Ge(0), Le(3_600)] = Field(
        300.0, description="How far ahead of the server's clock an event's time may be; it counts as now."
    )
    open_rate: str = Field(
        "60/minute", description="How often one address may sign up, or ask for films like these, per worker."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How a log line is written, on stderr.")
    train_every_s: Annotated[float, Ge(0)] = Field(
        900.0, description="Seconds between two trainings while serving; 0 never trains."
    )
    train_after_events: Annotated[int, Ge(1)] = Field(
        500, description="New events without which a training is not worth it."
    )
    train_gate: bool = Field(
        False, description="Judge each training while serving, and publish it only where it is no worse than the model."
    )
    vega_movies: str = Field(
        "",
        description="movies.json of the npm package vega-datasets, for the demo's directors; empty: that in web/.",
    )
    needs_media: bool = Field(False, description="Propose only titles that can be played here.")
    calibration: Share = Field(
        0.2, description="What a row gives of its scores to have the genres of the profile's taste; 0 nothing, 1 all."
    )
    diversity: Share = Field(0.4, description="What a row gives of its scores so that its titles are not all alike.")
    exploration: Share = Field(
        0.5, description="How often the few places of a page that may be drawn by chance are drawn; 0 never."
    )
    weight_completed: Weight = Field(0.8, description="What having seen a title to the end says about taste.")
    weight_started: Weight = Field(0.5, description="What having seen all of a title without its end says, by share.")
    weight_abandoned: Weight = Field(-0.3, description="What giving a title up early says.")
    weight_liked: Weight = Field(1.0, description="What a thumb up says.")
    weight_disliked: Weight = Field(-1.0, description="What a thumb down says.")
    weight_listed: Weight = Field(0.3, description="What keeping a title on my list says.")
    weight_dismissed: Weight = Field(-0.5, description="What 'not interested' says.")
    weight_review: Weight = Field(0.5, description="What a review says, times its sentiment.")
    weight_ignored: Weight = Field(
        -0.3, description="What being passed by in visit after visit adds to a score, times the spread of all scores."
    )

    @property
    def database(self) -> str:
        """The URL of the relational store, the default spelled out."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'cinoche.db'}"

    @property
    def events(self) -> str:
        """The URL of the event log, the default spelled out."""
        return self.events_url or f"sqlite:///{self.data_dir.absolute() / 'events.db'}"

    @property
    def media(self) -> str:
        """The URL of the store of films, the default spelled out."""
        return self.media_url or (self.data_dir.absolute() / "media").as_uri()

    @property
    def upload_bytes(self) -> int:
        """How many bytes a film that is sent may have."""
        return int(self.upload_gb * 1e9)

    @property
    def artefacts(self) -> Path:
        """The folder of the recommender's versions."""
        return self.data_dir / "artefacts"

    @property
    def sums(self) -> Path:
        """The folder of the sums over people that the recommender is solved from."""
        return self.data_dir / "sums"

    @property
    def texts(self) -> Path:
        """The folder of the synopses as numbers."""
        return self.data_dir / "texts"


def read_settings(**overrides: object) -> Settings:
    """Read the settings from the environment, with overrides; raises Invalid naming the variable that is wrong."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise Invalid(
            f"{first['msg']}.", where=f"{PREFIX}{name.upper()}", remedy="See docs/reference/settings.md."
        ) from error
