"""The composition root: settings in, services out. The one place that picks adapters."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine, MetaData

    from cinoche.accounts.service import Accounts
    from cinoche.catalog.service import Catalog
    from cinoche.events.ports import EventLog
    from cinoche.insights.service import Insights
    from cinoche.library.service import Library
    from cinoche.playback.ports import MediaStore
    from cinoche.playback.service import Media
    from cinoche.playback.sessions import PlaySessions
    from cinoche.privacy.service import Privacy
    from cinoche.recommend.experiments.board import Experiments
    from cinoche.recommend.offline import Answer
    from cinoche.recommend.service import Recommender
    from cinoche.recommend.sums_store import SumsStore
    from cinoche.settings import Settings

LOCK: Final = "serve.lock"
"""Held by whoever must be alone on a data folder: a server, or an import."""

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of the house, built once per process on the same settings."""

    settings: "Settings"
    clock: Clock
    engine: "Engine"
    log: "EventLog"
    privacy: "Privacy"
    catalog: "Catalog"
    accounts: "Accounts"
    library: "Library"
    recommender: "Recommender"
    experiments: "Experiments"
    sums: "SumsStore"
    insights: "Insights"
    media: "Media"
    play_sessions: "PlaySessions"


@contextmanager
def open_services(
    settings: "Settings", *, exclusive: str | None = None, clock: Clock = system_clock
) -> Iterator[Services]:
    """Open every service on a data folder, its schema brought up to date; close them at the end.

    ``exclusive`` names what must be alone on the folder: a server or an import elsewhere raises Conflict.
    """
    from cinoche.kit.lock import FolderLock
    from cinoche.kit.sql import open_engine

    make_folder(settings.data_dir)
    with ExitStack() as stack:
        if exclusive is not None:
            stack.enter_context(FolderLock(settings.data_dir, LOCK, holder=exclusive))
        engine = open_engine(settings.database)
        stack.callback(engine.dispose)
        migrate(engine)
        log = open_log(settings)
        stack.callback(log.close)
        yield _assemble(settings, engine, log, clock)


def _assemble(settings: "Settings", engine: "Engine", log: "EventLog", clock: Clock) -> Services:
    from cinoche.accounts.models import SessionLife
    from cinoche.accounts.service import Accounts
    from cinoche.catalog.service import Catalog
    from cinoche.insights.service import Insights
    from cinoche.kit.clock import DAY_S
    from cinoche.library.adapters.sql import SqlTitleStates
    from cinoche.library.service import Library
    from cinoche.playback.adapters.sessions_sql import SqlPlaySessions
    from cinoche.playback.sessions import PlaySessions
    from cinoche.privacy.adapters.sql import SqlPersons
    from cinoche.privacy.service import Privacy
    from cinoche.recommend.experiments.board import Experiments
    from cinoche.recommend.facts import facts_of
    from cinoche.recommend.newcomers import Newcomers
    from cinoche.recommend.service import Recommender
    from cinoche.recommend.slates import Slates
    from cinoche.recommend.sums_store import SumsStore
    from cinoche.recommend.texts import TextStore

    secret = installation_secret(settings.data_dir)
    catalog = Catalog(engine, commercial=settings.commercial, clock=clock)
    accounts = Accounts(
        engine,
        secret=secret,
        clock=clock,
        life=SessionLife(idle_s=settings.session_days * DAY_S),
    )
    persons = SqlPersons(engine)
    states = SqlTitleStates(engine)
    library = Library(log, states, unseal=lambda *sealed: privacy.unseal(*sealed))  # noqa: PLW0108 - privacy comes next
    plays = SqlPlaySessions(engine)
    sums = SumsStore(settings.sums)
    privacy = Privacy(persons, (log, sums, library, plays), (accounts,), clock=clock)
    recommender = Recommender(
        log,
        settings.artefacts,
        catalog.faces,
        weights=signal_weights(settings),
        slates=Slates(secret),
        newcomers=Newcomers(lambda title_ids: facts_of(catalog, title_ids), TextStore(settings.texts)),
        clock=clock,
    )
    experiments = Experiments(log, settings.artefacts, clock=clock)
    insights = Insights(log, catalog.faces, clock=clock)
    media = open_media(settings, engine, catalog, clock)
    play_sessions = PlaySessions(
        plays,
        secret=secret,
        log=log,
        catalog=catalog,
        library=library,
        privacy=privacy,
        assets=media,
        watcher=accounts.watcher,
        labels=lambda session: {each.session_id: each.label for each in accounts.watching.devices(session)},
        at_once=settings.streams_per_account,
        clock=clock,
    )
    return Services(
        settings, clock, engine, log, privacy, catalog, accounts, library, recommender, experiments, sums, insights,
        media, play_sessions,
    )  # fmt: skip


def open_media(settings: "Settings", engine: "Engine", catalog: "Catalog", clock: Clock) -> "Media":
    """Open what can be played, on the store that the settings' URL chooses."""
    from cinoche.kit.urls import adapter_for
    from cinoche.playback.adapters import ADAPTERS
    from cinoche.playback.adapters.sql import SqlMedia
    from cinoche.playback.service import Media

    def mark(title_id: str, has_media: bool) -> None:
        with catalog.writing() as writer:
            writer.mark_media([title_id], has_media=has_media)

    adapter: Any = adapter_for(settings.media, ADAPTERS, setting="CINOCHE_MEDIA_URL")
    store: MediaStore = adapter.open_url(settings.media)
    return Media(SqlMedia(engine), store, folder=settings.data_dir, mark=mark, clock=clock)


def make_folder(folder: Path) -> None:
    """Make the data folder; raises Unavailable when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the folder cannot be made ({error.strerror}).", where=str(folder), remedy="Choose another with --data."
        ) from error


def open_log(settings: "Settings") -> "EventLog":
    """Open the event log that the settings' URL chooses."""
    from cinoche.events.adapters import ADAPTERS
    from cinoche.kit.urls import adapter_for

    adapter: Any = adapter_for(settings.events, ADAPTERS, setting="CINOCHE_EVENTS_URL")
    log: EventLog = adapter.open(settings.events)
    return log


def metadatas() -> "Sequence[MetaData]":
    """List the relational schema of every context."""
    from cinoche.accounts.adapters import sql as accounts
    from cinoche.catalog.adapters import sql as catalog
    from cinoche.library.adapters import sql as library
    from cinoche.playback.adapters import sessions_sql as plays
    from cinoche.playback.adapters import sql as playback
    from cinoche.privacy.adapters import sql as privacy

    return (catalog.METADATA, accounts.METADATA, privacy.METADATA, library.METADATA, playback.METADATA, plays.METADATA)


def migrate(engine: "Engine") -> None:
    """Bring the relational schema up to date, in one transaction; nothing happens when it is.

    Alembic takes half a second to import, so it is imported only where there is something to do.
    Raises Unavailable when the schema is one of a newer Cinoche.
    """
    known, stored = _revisions(), _stored_revision(engine)
    if stored == known[-1]:
        return
    if stored is not None and stored not in known:
        raise Unavailable(
            f"its schema {stored!r} is that of another Cinoche; this one knows up to {known[-1]!r}.",
            where=engine.url.database or "database",
            remedy="Install the version that wrote it, or a newer one.",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "cinoche:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revisions() -> Sequence[str]:
    """List the revisions of the schema, oldest first, by the names of their files: ``0001_the_spine.py``."""
    folder = Path(__file__).parent / "migrations" / "versions"
    return sorted(path.name.partition("_")[0] for path in folder.glob("[0-9]*.py"))


def _stored_revision(engine: "Engine") -> str | None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    try:
        with engine.connect() as connection:
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return None  # there is no such table in a new database
    return found


def installation_secret(folder: Path) -> bytes:
    """Read the secret of this installation, drawn at its first start and readable by its owner only."""
    path = folder / "secret"
    try:
        _draw_secret(path)
        secret = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            f"the secret of this installation cannot be read ({error.strerror}).",
            where=str(path),
            remedy="Run as the user who owns the data folder, or give this one the right.",
        ) from error
    if len(secret) != _SECRET_BYTES:
        raise Unavailable("this is not a whole secret.", where=str(path), remedy="Restore it, or delete it.")
    return secret


def _draw_secret(path: Path) -> None:
    """Write a secret where there is none; it is there whole or not at all, even for who is killed meanwhile."""
    if path.exists():
        return
    aside = path.with_name(f".secret-{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was faster
        os.link(aside, path)
    aside.unlink()


def signal_weights(settings: "Settings") -> Any:
    """Give the weights of signals that the settings name."""
    from cinoche.recommend.state import SignalWeights

    prefix = "weight_"
    chosen = {name.removeprefix(prefix): value for name, value in settings if name.startswith(prefix)}
    return SignalWeights(**chosen)


def published_model(settings: "Settings") -> tuple[str, int]:
    """Tell the version of the published model and the log offset it was trained up to."""
    from cinoche.recommend import artefact

    model = artefact.open_current(settings.artefacts)
    return model.version, model.offset


def recommend_offline(folder: Path, names: Sequence[str], *, n: int) -> "Answer":
    """List films like those named, from the published model alone: no database, no server.

    The one setting that matters here is read without the others, which cost a tenth of a second. Raises Forbidden in
    commercial mode when the model was learned from sources that may not be used so.
    """
    from cinoche.recommend import offline

    is_commercial = os.environ.get("CINOCHE_COMMERCIAL", "").lower() in {"1", "true", "yes", "on", "t", "y"}
    return offline.recommend(folder / "artefacts", names, n=n, is_commercial=is_commercial)
