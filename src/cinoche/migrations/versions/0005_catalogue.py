"""What operators write into the catalogue."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("titles", sa.Column("synopsis", sa.String(length=4000), nullable=True))
    op.add_column("titles", sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("titles", sa.Column("updated_at", sa.Double(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "provenance",
        sa.Column(
            "edited_at",
            sa.Double(),
            nullable=True,
            comment="when an operator wrote it: no import changes it from then on",
        ),
    )
    titles = sa.table("titles", sa.column("updated_at", sa.Double()))
    op.execute(titles.update().values(updated_at=time.time()))


def downgrade() -> None:
    # Not in batches: those build a table anew, and dropping the old one would delete every row that hangs on it.
    op.drop_column("provenance", "edited_at")
    for name in ("updated_at", "is_withdrawn", "synopsis"):
        op.drop_column("titles", name)
