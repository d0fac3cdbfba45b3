"""The country as it was known at each moment, instead of only as it is known now."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEYS = {"unit": "code", "county": "code", "geographic_change": "change_id"}


def upgrade() -> None:
    """The copies go: the part's raised revision has the histories filled from the stream before it is ready."""
    for thing, key in KEYS.items():
        op.create_table(
            f"{thing}_history",
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("message_id", sa.String(), nullable=False),
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("state", sa.JSON(), nullable=False),
            sa.Column(key, sa.String(), nullable=False),
            sa.PrimaryKeyConstraint(key, "version", name=op.f(f"pk_{thing}_history")),
        )
        op.drop_table(f"{thing}_copy")
