"""Agreements with their commitments, and nominations of focus municipalities. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("in_force_since", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("in_breach_since", sa.Date(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('ended', 'replaced')) = (ended_on IS NOT NULL)", name=op.f("ck_agreement_ended_on")
        ),
        sa.CheckConstraint("(status = 'replaced') = (replaced_by IS NOT NULL)", name=op.f("ck_agreement_replaced_by")),
        sa.CheckConstraint("kind IN ('cooperation', 'focus')", name=op.f("ck_agreement_kind")),
        sa.CheckConstraint(
            "status NOT IN ('in_force', 'replaced') OR in_force_since IS NOT NULL",
            name=op.f("ck_agreement_in_force_since"),
        ),
        sa.CheckConstraint("status = 'in_force' OR in_breach_since IS NULL", name=op.f("ck_agreement_in_breach_since")),
        sa.CheckConstraint("status IN ('drafted', 'in_force', 'ended', 'replaced')", name=op.f("ck_agreement_status")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["organisation.organisation_id"], name=op.f("fk_agreement_centre_id_organisation")
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_centre_id"), "agreement", ["centre_id"])

    op.create_table(
        "agreement_party",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('organisation', 'group')", name=op.f("ck_agreement_party_kind")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_agreement_party_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "party_id", name=op.f("pk_agreement_party")),
    )
    op.create_index(op.f("ix_agreement_party_party_id"), "agreement_party", ["party_id"])

    op.create_table(
        "agreement_unit",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_agreement_unit_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_agreement_unit_unit_code_unit")),
        sa.PrimaryKeyConstraint("agreement_id", "unit_code", name=op.f("pk_agreement_unit")),
    )
    op.create_index(op.f("ix_agreement_unit_unit_code"), "agreement_unit", ["unit_code"])

    op.create_table(
        "commitment",
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("evidence_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("overdue_on", sa.Date(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.CheckConstraint("overdue_on IS NULL OR evidence_on IS NULL", name=op.f("ck_commitment_overdue_on")),
        sa.CheckConstraint("verified_on IS NULL OR evidence_on IS NOT NULL", name=op.f("ck_commitment_verified_on")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_commitment_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_agreement_id"), "commitment", ["agreement_id"])
    op.create_index("ix_commitment_due_on", "commitment", ["due_on", "commitment_id"])

    op.create_table(
        "focus_nomination",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("designated_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_focus_nomination_ended_on")),
        sa.CheckConstraint(
            "status <> 'designated' OR agreement_id IS NOT NULL", name=op.f("ck_focus_nomination_agreement_id")
        ),
        sa.CheckConstraint(
            "status IN ('nominated', 'assessed', 'designated', 'refused', 'ended')",
            name=op.f("ck_focus_nomination_status"),
        ),
        sa.CheckConstraint(
            "(agreement_id IS NULL) = (designated_on IS NULL)", name=op.f("ck_focus_nomination_designated_on")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_focus_nomination_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["organisation.organisation_id"], name=op.f("fk_focus_nomination_centre_id_organisation")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_focus_nomination_unit_code_unit")),
        sa.PrimaryKeyConstraint("nomination_id", name=op.f("pk_focus_nomination")),
    )
    op.create_index(op.f("ix_focus_nomination_unit_code"), "focus_nomination", ["unit_code"])
    is_open = sa.text("status IN ('nominated', 'assessed', 'designated')")
    op.create_index(
        "uq_focus_nomination_open",
        "focus_nomination",
        ["centre_id", "unit_code"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
