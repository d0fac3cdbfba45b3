"""Every version of the mapping tools, and of municipalities with overdose problems.

Additive: the part's raised revision has the histories filled from the stream before it is ready.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEYS = {"mapping_tool": "tool", "overdose_unit": "overdose_unit_id"}


def upgrade() -> None:
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
