"""How Alembic runs here: on the connection that the caller opened, in the caller's transaction."""

from alembic import context

from cinoche.accounts.adapters import sql as accounts
from cinoche.catalog.adapters import sql as catalog
from cinoche.library.adapters import sql as library
from cinoche.playback.adapters import sessions_sql as plays
from cinoche.playback.adapters import sql as playback
from cinoche.privacy.adapters import sql as privacy

TARGET = [
    catalog.METADATA,
    accounts.METADATA,
    privacy.METADATA,
    library.METADATA,
    playback.METADATA,
    plays.METADATA,
]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TARGET,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
