"""Assets, media jobs and uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("asset_id", sa.String(64), primary_key=True),
        sa.Column("title_id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("dash", sa.String(200), nullable=False),
        sa.Column("hls", sa.String(200), nullable=False),
        sa.Column("poster", sa.String(200)),
        sa.Column("trickplay", sa.String(200)),
        sa.Column("tracks", sa.Text(), nullable=False),
        sa.Column("credits_at_s", sa.Float()),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "retired_assets",
        sa.Column("asset_id", sa.String(64), primary_key=True),
        sa.Column("retired_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "media_jobs",
        sa.Column("job_id", sa.String(64), primary_key=True),
        sa.Column("title_id", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("place", sa.Float(), nullable=False),
        sa.Column("worker", sa.String(64)),
        sa.Column("lease_until", sa.Float()),
        sa.Column("trouble", sa.Text()),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("started_at", sa.Float()),
        sa.Column("watchable_at", sa.Float()),
        sa.Column("ended_at", sa.Float()),
    )
    op.create_index("ix_media_jobs_title_id", "media_jobs", ["title_id"])
    op.create_index("ix_media_jobs_state", "media_jobs", ["state"])
    op.create_table(
        "media_job_log",
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("job_id", sa.String(64), sa.ForeignKey("media_jobs.job_id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
    )
    op.create_index("ix_media_job_log_job_id", "media_job_log", ["job_id"])
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.String(64), primary_key=True),
        sa.Column("title_id", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("touched_at", sa.Float(), nullable=False),
    )


def downgrade() -> None:
    for name in ("uploads", "media_job_log", "media_jobs", "retired_assets", "assets"):
        op.drop_table(name)
