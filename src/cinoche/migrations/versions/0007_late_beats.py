"""Play sessions that their device left for another title, and how often the end of each was told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REPLACED = "whether its device began another title"
COMPLETIONS = "how often its end was told"


def upgrade() -> None:
    no, none = sa.false(), sa.text("0")
    op.add_column(
        "play_sessions", sa.Column("is_replaced", sa.Boolean(), server_default=no, nullable=False, comment=REPLACED)
    )
    op.add_column(
        "play_sessions",
        sa.Column("completions", sa.Integer(), server_default=none, nullable=False, comment=COMPLETIONS),
    )


def downgrade() -> None:
    op.drop_column("play_sessions", "completions")
    op.drop_column("play_sessions", "is_replaced")
