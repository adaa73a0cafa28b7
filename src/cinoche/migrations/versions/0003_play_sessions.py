"""Play sessions and their leases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_sessions",
        sa.Column("play_session_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("profile_id", sa.String(length=26), nullable=False),
        sa.Column("session_id", sa.String(length=26), nullable=False),
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.String(length=64), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("completes_at_s", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("told_position_s", sa.Double(), nullable=False),
        sa.Column("told_at", sa.Double(), nullable=False),
        sa.Column("is_completed", sa.Boolean(), nullable=False),
        sa.Column("beats", sa.Text(), nullable=False, comment="digests of the latest heartbeats, by spaces"),
        sa.Column("stalls", sa.Integer(), nullable=False),
        sa.Column("stalled_ms", sa.Double(), nullable=False),
        sa.Column("dropped_frames", sa.Integer(), nullable=False),
        sa.Column("has_begun", sa.Boolean(), nullable=False, comment="whether the time to its first frame was told"),
        sa.PrimaryKeyConstraint("play_session_id"),
        comment="From play to stop. Rows go when their addresses have expired.",
    )
    op.create_index("ix_play_sessions_account_id", "play_sessions", ["account_id"], unique=False)
    op.create_index("ix_play_sessions_profile_id", "play_sessions", ["profile_id"], unique=False)
    op.create_index("ix_play_sessions_expires_at", "play_sessions", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("play_sessions")
