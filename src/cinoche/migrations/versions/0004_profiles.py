"""PINs, preferences, the name of a device, and whom a session watches as."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batches: those build a table anew, and dropping the old one would delete every row that hangs on it.
    op.add_column("accounts", sa.Column("leaving_at", sa.Double(), nullable=True))
    op.add_column("profiles", sa.Column("pin_hash", sa.String(length=255), nullable=True))
    op.add_column("profiles", sa.Column("preferences", sa.JSON(), nullable=True))
    op.add_column("sessions", sa.Column("profile_id", sa.String(length=26), nullable=True))
    op.add_column("sessions", sa.Column("label", sa.String(length=40), nullable=True))
    op.create_table(
        "pin_failures",
        sa.Column("failure_id", sa.String(length=26), nullable=False),
        sa.Column("profile_id", sa.String(length=26), nullable=False),
        sa.Column("failed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.profile_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("failure_id"),
    )
    with op.batch_alter_table("pin_failures", schema=None) as batch_op:
        batch_op.create_index("pin_failures_by_profile", ["profile_id", "failed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pin_failures", schema=None) as batch_op:
        batch_op.drop_index("pin_failures_by_profile")

    op.drop_table("pin_failures")
    op.drop_column("sessions", "label")
    op.drop_column("sessions", "profile_id")
    op.drop_column("profiles", "preferences")
    op.drop_column("profiles", "pin_hash")
    op.drop_column("accounts", "leaving_at")
