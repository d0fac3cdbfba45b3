"""Programmes, offers and activities, and the copies of units, counties and organisations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "county",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_county"),
    )
    op.create_table(
        "dismissed",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("dismissed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate", "version", name="pk_dismissed"),
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hmac", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "route", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])

    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.Float(), nullable=False, comment="by the database's clock"),
        sa.Column(
            "last_seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="stream sequence of the last message known to be stored",
        ),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "offer",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("target_groups", sa.JSON(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("on_request", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name=op.f("ck_offer_withdrawn_on")),
        sa.CheckConstraint("status <> 'published' OR published_on IS NOT NULL", name=op.f("ck_offer_published_on")),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_offer_status")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_offer_period")),
        sa.PrimaryKeyConstraint("offer_id", name="pk_offer"),
    )
    op.create_index("ix_offer_lead_id", "offer", ["lead_id"])
    op.create_index("ix_offer_theme", "offer", ["theme"])

    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False, comment="<aggregate>/<id>"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "body",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
            comment="the envelope, as published",
        ),
        sa.Column(
            "hash",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
            comment="SHA-256 of the previous version's hash and this body",
        ),
        sa.Column("recorded_at", sa.Float(), nullable=False, comment="seconds since 1970, UTC"),
        sa.Column("published_at", sa.Float(), nullable=True),
        sa.Column("traceparent", sa.String(), nullable=True, comment="of the command, when its trace is recorded"),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sa.UniqueConstraint("aggregate", "version", name="uq_outbox_aggregate_version"),
    )
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["position"],
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )

    op.create_table(
        "parked",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=False),
        sa.Column("parked_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate", "version", name="pk_parked"),
    )
    op.create_table(
        "programme",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("programme_id", name="pk_programme"),
    )
    op.create_index("ix_programme_lead_id", "programme", ["lead_id"])
    op.create_index("ix_programme_theme", "programme", ["theme"])

    op.create_table(
        "revision",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the folds that made the copies"),
        sa.PrimaryKeyConstraint("part", name="pk_revision"),
    )
    op.create_table(
        "seen",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate", name="pk_seen"),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_unit"),
    )
    op.create_table(
        "activity",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("planned_activity_code", sa.String(), nullable=True),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("level_reason", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_on IS NOT NULL)", name=op.f("ck_activity_cancelled_on")
        ),
        sa.CheckConstraint("(status = 'held') = (held_on IS NOT NULL)", name=op.f("ck_activity_held_on")),
        sa.CheckConstraint("closed_on IS NULL OR status = 'held'", name=op.f("ck_activity_closed_on")),
        sa.CheckConstraint(
            "kind IN ('course', 'lecture', 'conference', 'training_day', 'seminar_day', 'topic_day', "
            "'gathering', 'meeting', 'network', 'supervision', 'project', 'own_arrangement')",
            name=op.f("ck_activity_kind"),
        ),
        sa.CheckConstraint("mode IN ('onsite', 'remote')", name=op.f("ck_activity_mode")),
        sa.CheckConstraint("status IN ('planned', 'announced', 'held', 'cancelled')", name=op.f("ck_activity_status")),
        sa.CheckConstraint(
            "status NOT IN ('announced', 'held') OR announced_on IS NOT NULL", name=op.f("ck_activity_announced_on")
        ),
        sa.CheckConstraint("days >= 1", name=op.f("ck_activity_days")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_activity_period")),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_activity_level")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.offer_id"], name="fk_activity_offer_id_offer"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.programme_id"], name="fk_activity_programme_id_programme"
        ),
        sa.PrimaryKeyConstraint("activity_id", name="pk_activity"),
    )
    op.create_index("ix_activity_lead_id", "activity", ["lead_id"])
    op.create_index("ix_activity_offer_id", "activity", ["offer_id"])
    op.create_index("ix_activity_programme_id", "activity", ["programme_id"])
    op.create_index("ix_activity_series", "activity", ["series"])
    op.create_index("ix_activity_starts_on", "activity", ["starts_on"])
    op.create_index("ix_activity_theme", "activity", ["theme"])

    op.create_table(
        "offer_area",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.offer_id"], name="fk_offer_area_offer_id_offer"),
        sa.PrimaryKeyConstraint("offer_id", "code", name="pk_offer_area"),
    )
    op.create_index("ix_offer_area_code", "offer_area", ["code"])

    op.create_table(
        "offer_co_organiser",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status = 'invited') = (answered_on IS NULL)", name=op.f("ck_offer_co_organiser_answered_on")
        ),
        sa.CheckConstraint("status IN ('invited', 'accepted', 'declined')", name=op.f("ck_offer_co_organiser_status")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.offer_id"], name="fk_offer_co_organiser_offer_id_offer"),
        sa.PrimaryKeyConstraint("offer_id", "organisation_id", name="pk_offer_co_organiser"),
    )
    op.create_index("ix_offer_co_organiser_organisation_id", "offer_co_organiser", ["organisation_id"])

    op.create_table(
        "activity_co_organiser",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status = 'invited') = (answered_on IS NULL)", name=op.f("ck_activity_co_organiser_answered_on")
        ),
        sa.CheckConstraint(
            "status IN ('invited', 'accepted', 'declined')", name=op.f("ck_activity_co_organiser_status")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name="fk_activity_co_organiser_activity_id_activity"
        ),
        sa.PrimaryKeyConstraint("activity_id", "organisation_id", name="pk_activity_co_organiser"),
    )
    op.create_index("ix_activity_co_organiser_organisation_id", "activity_co_organiser", ["organisation_id"])

    op.create_table(
        "activity_excepted",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("arrangement", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("arranged_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(arrangement IS NULL) = (arranged_on IS NULL)", name=op.f("ck_activity_excepted_arranged_on")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name="fk_activity_excepted_activity_id_activity"
        ),
        sa.PrimaryKeyConstraint("activity_id", "code", name="pk_activity_excepted"),
    )
    op.create_table(
        "activity_guest",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name="fk_activity_guest_activity_id_activity"
        ),
        sa.PrimaryKeyConstraint("activity_id", "organisation_id", name="pk_activity_guest"),
    )
    op.create_table(
        "activity_unit",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("attended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("mode IN ('onsite', 'remote')", name=op.f("ck_activity_unit_mode")),
        sa.CheckConstraint(
            "invited_on IS NOT NULL OR attended_on IS NOT NULL", name=op.f("ck_activity_unit_invited_or_attended")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name="fk_activity_unit_activity_id_activity"
        ),
        sa.PrimaryKeyConstraint("activity_id", "code", name="pk_activity_unit"),
    )
    op.create_index("ix_activity_unit_code", "activity_unit", ["code"])
