"""Mapping tools are rows of a table. Additive: older code keeps running, with the tools that it knows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mapping_tool",
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("run_by", sa.String(), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=True),
        sa.Column("owner_reference", sa.String(), nullable=True),
        sa.Column("counts_towards", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.CheckConstraint("interval_months > 0", name=op.f("ck_mapping_tool_interval_months")),
        sa.CheckConstraint("run_by IN ('unit', 'county_authority')", name=op.f("ck_mapping_tool_run_by")),
        sa.PrimaryKeyConstraint("tool", name=op.f("pk_mapping_tool")),
    )
    _allow_any_tool()


def _allow_any_tool() -> None:
    name = op.f("ck_mapping_tool")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "mapping")
        return
    # SQLite cannot take a constraint away. No stored byte changes, so its own way for that is enough: write the
    # definition anew.
    known = f"CONSTRAINT {name} CHECK (tool IN ('ungdata', 'ungdata_upper_secondary', 'brukerplan', 'hkh')), "
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :known, '') WHERE type = 'table' AND name = 'mapping'"),
        {"known": known},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
