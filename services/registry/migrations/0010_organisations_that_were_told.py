"""Organisations that were told of an offer. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHANNELS = "'letter', 'newsletter', 'website', 'dialogue', 'meeting', 'visit', 'call'"


def upgrade() -> None:
    op.create_table(
        "organisation_awareness",
        sa.Column("organisation_awareness_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_organisation_awareness_channel")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_organisation_awareness_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_organisation_awareness_centre_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_awareness_id", name=op.f("pk_organisation_awareness")),
    )
    for column in ("organisation_id", "centre_id"):
        op.create_index(op.f(f"ix_organisation_awareness_{column}"), "organisation_awareness", [column])
