"""Every version of units, counties, changes and organisations; localities, groups and representatives."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEYS = {
    "unit": "code",
    "county": "code",
    "geographic_change": "change_id",
    "organisation": "organisation_id",
    "locality": "reference",
    "municipality_group": "group_id",
    "representative": "representative_id",
}
REMADE = ("unit", "county", "geographic_change", "organisation")


def upgrade() -> None:
    # Copies are made anew from the streams, because the folds have another revision: nothing is moved.
    for table in REMADE:
        op.drop_table(table)
    for table, key in KEYS.items():
        op.create_table(
            table,
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("message_id", sa.String(), nullable=False),
            sa.Column("state", sa.JSON(), nullable=False),
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column(key, sa.String(), nullable=False),
            sa.PrimaryKeyConstraint(key, "version", name=op.f(f"pk_{table}")),
        )
