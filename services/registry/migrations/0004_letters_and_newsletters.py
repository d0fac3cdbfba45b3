"""Letters with the units that each is for, newsletters, calls, and why a letter bounced. Additive: older code keeps
running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("centre_name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("undecided_form", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'released') = (released_on IS NOT NULL)", name=op.f("ck_letter_released_on")),
        sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name=op.f("ck_letter_withdrawn_on")),
        sa.CheckConstraint("status IN ('prepared', 'released', 'withdrawn')", name=op.f("ck_letter_status")),
        sa.CheckConstraint("undecided_form IN ('both', 'nb', 'nn')", name=op.f("ck_letter_undecided_form")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["organisation.organisation_id"], name=op.f("fk_letter_centre_id_organisation")
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_centre_id"), "letter", ["centre_id"])
    op.create_table(
        "letter_unit",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("north_sami", sa.String(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("effect_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.letter_id"], name=op.f("fk_letter_unit_letter_id_letter")),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_letter_unit_unit_code_unit")),
        sa.PrimaryKeyConstraint("letter_id", "unit_code", name=op.f("pk_letter_unit")),
    )
    op.create_table(
        "newsletter_subscription",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("subscribed_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= subscribed_on", name=op.f("ck_newsletter_subscription_ended_on")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_newsletter_subscription_centre_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_newsletter_subscription_unit_code_unit")),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_newsletter_subscription")),
    )
    op.create_index(op.f("ix_newsletter_subscription_unit_code"), "newsletter_subscription", ["unit_code"])
    is_subscribed = sa.text("ended_on IS NULL")
    op.create_index(
        "uq_newsletter_subscription_contact",
        "newsletter_subscription",
        ["centre_id", "contact_id", "unit_code"],
        unique=True,
        sqlite_where=is_subscribed,
        postgresql_where=is_subscribed,
    )
    op.add_column("awareness", sa.Column("bounce", sa.String(), nullable=True))
    _allow_calls()


CHANNELS = "'letter', 'newsletter', 'website', 'dialogue', 'meeting', 'visit'"
MORE_CHANNELS = f"{CHANNELS}, 'call'"


def _allow_calls() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_awareness_channel"), "awareness")
        op.create_check_constraint(op.f("ck_awareness_channel"), "awareness", f"channel IN ({MORE_CHANNELS})")
        return
    # As for the kinds of organisations in 0002: SQLite cannot change a constraint, and no stored byte changes.
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'awareness'"),
        {"old": f"channel IN ({CHANNELS})", "new": f"channel IN ({MORE_CHANNELS})"},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
