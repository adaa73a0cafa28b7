"""At most one job that has something to do with a title, by the word of the database."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX = "one_active_job_a_title"
ACTIVE = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    names = ("title_id", "state", "place", "worker", "lease_until", "ended_at")
    jobs = sa.table("media_jobs", *(sa.column(name) for name in names))
    others = jobs.alias()
    first = sa.select(sa.func.min(others.c.place)).where(others.c.title_id == jobs.c.title_id, ACTIVE)
    over = {"state": "cancelled", "worker": None, "lease_until": None, "ended_at": time.time()}
    op.execute(jobs.update().where(ACTIVE, jobs.c.place > first.scalar_subquery()).values(**over))
    op.create_index(INDEX, "media_jobs", ["title_id"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)


def downgrade() -> None:
    op.drop_index(INDEX, "media_jobs")
