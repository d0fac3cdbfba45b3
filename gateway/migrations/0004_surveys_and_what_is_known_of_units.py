"""Every version of the mapping tools and of programmes with members; what is recorded of units.

Additive: the part's raised revision has the copies filled from the stream before it is ready.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, key in {"mapping_tool": "tool", "membership_programme": "reference"}.items():
        op.create_table(
            table,
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("message_id", sa.String(), nullable=False),
            sa.Column("state", sa.JSON(), nullable=False),
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column(key, sa.String(), nullable=False),
            sa.PrimaryKeyConstraint(key, "version", name=op.f(f"pk_{table}")),
        )
    for table in ("plan_anchor", "programme_membership"):
        _create_records(
            table,
            sa.Column("valid_from", sa.Date(), nullable=False),
            sa.Column("valid_to", sa.Date(), nullable=True),
        )
    _create_records("overdose_count")
    _create_records("service_link")


def _create_records(table: str, *columns: sa.Column[Any]) -> None:
    key = f"{table}_id"
    op.create_table(
        table,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column(key, sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_unit_code"), table, ["unit_code"])
