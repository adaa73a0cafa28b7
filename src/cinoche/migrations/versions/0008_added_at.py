"""When each title came into the catalogue: of those that are there already nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("titles", sa.Column("added_at", sa.Double(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("titles", "added_at")
