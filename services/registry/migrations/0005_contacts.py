"""Contacts, who they are, who has looked at them, and requests to be erased. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(unit_code IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_contact_place")),
        sa.CheckConstraint("erased_on IS NULL OR ended_on IS NOT NULL", name=op.f("ck_contact_erased_on")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_contact_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.organisation_id"], name=op.f("fk_contact_owner_id_organisation")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_contact_unit_code_unit")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "contact_link",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.contact_id"], name=op.f("fk_contact_link_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_contact_link")),
    )
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_link_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "contact_look",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.contact_id"], name=op.f("fk_contact_look_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", "looked_on", "reader", name=op.f("pk_contact_look")),
    )
    op.create_table(
        "contact_person",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lawful_basis", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("bounced_on", sa.Date(), nullable=True),
        sa.CheckConstraint("language IN ('nb', 'nn', 'se', 'en')", name=op.f("ck_contact_person_language")),
        sa.CheckConstraint(
            "lawful_basis IN ('consent', 'legal_obligation', 'public_task', 'legitimate_interest')",
            name=op.f("ck_contact_person_lawful_basis"),
        ),
        sa.CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_contact_person_reach")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.contact_id"], name=op.f("fk_contact_person_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_person")),
    )
    op.create_table(
        "contact_role",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role IN ('leader', 'public_health_coordinator', 'early_intervention_coordinator', 'training_supervisor', 'municipal_psychologist', 'substance_use_adviser', 'county_governor_adviser', 'mapping_coordinator', 'other')",
            name=op.f("ck_contact_role_role"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_contact_role_period")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.contact_id"], name=op.f("fk_contact_role_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", "role", "valid_from", name=op.f("pk_contact_role")),
    )
    with op.batch_alter_table("contact_role", schema=None) as batch_op:
        batch_op.create_index("ix_contact_role_role", ["role", "contact_id"], unique=False)

    op.create_table(
        "erasure_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(status = 'open') = (decided_on IS NULL)", name=op.f("ck_erasure_request_decided_on")),
        sa.CheckConstraint("origin IN ('link', 'passed_on')", name=op.f("ck_erasure_request_origin")),
        sa.CheckConstraint("status IN ('open', 'erased', 'kept')", name=op.f("ck_erasure_request_status")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.contact_id"], name=op.f("fk_erasure_request_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_erasure_request")),
    )
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_request_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "uq_erasure_request_contact_id",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "erasure_decision",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('erase', 'keep_for_archive', 'keep_for_legal_claim', 'keep_by_law')",
            name=op.f("ck_erasure_decision_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["erasure_request.request_id"], name=op.f("fk_erasure_decision_request_id_erasure_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "subject", name=op.f("pk_erasure_decision")),
    )
