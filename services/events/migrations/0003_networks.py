"""Learning networks, and who represents each region. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "network",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_network_closed_on")),
        sa.CheckConstraint("region IN ('north', 'mid', 'west', 'south_east')", name=op.f("ck_network_region")),
        sa.CheckConstraint("status <> 'open' OR opened_on IS NOT NULL", name=op.f("ck_network_opened_on")),
        sa.CheckConstraint("status <> 'prepared' OR opened_on IS NULL", name=op.f("ck_network_prepared")),
        sa.CheckConstraint("status IN ('prepared', 'open', 'closed')", name=op.f("ck_network_status")),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_network")),
    )
    op.create_index(op.f("ix_network_region"), "network", ["region"])
    op.create_table(
        "representative",
        sa.Column("representative_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("elected_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("representative_id", name=op.f("pk_representative")),
    )
    op.create_index(op.f("ix_representative_region"), "representative", ["region"])
