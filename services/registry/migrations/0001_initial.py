"""The registry: units, counties and changes, organisations, mappings and awareness."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "county",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_county_period")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_county")),
    )
    op.create_table(
        "dismissed",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("dismissed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate", "version", name=op.f("pk_dismissed")),
    )
    op.create_table(
        "geographic_change",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("old_code", sa.String(), nullable=False),
        sa.Column("new_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("restores", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('recode', 'county_change', 'merge', 'split', 'part', 'rename')",
            name=op.f("ck_geographic_change_kind"),
        ),
        sa.CheckConstraint("level IN ('municipality', 'county')", name=op.f("ck_geographic_change_level")),
        sa.CheckConstraint("weight >= 0 AND weight <= 1", name=op.f("ck_geographic_change_weight")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_geographic_change")),
        sa.UniqueConstraint(
            "effective_on", "old_code", "new_code", name=op.f("uq_geographic_change_effective_on_old_code_new_code")
        ),
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
        sa.PrimaryKeyConstraint("caller", "route", "key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_created_at"), ["created_at"], unique=False)

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
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("seat", sa.String(), nullable=True),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("county_code", sa.String(), nullable=True),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_reference", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('korus', 'rvts', 'rkbu', 'national', 'research', 'sami', 'partner', 'authority', 'county_governor', 'county_authority', 'municipality')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("reference", name=op.f("uq_organisation_reference")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_sort_key"), ["sort_key"], unique=False)

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
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("aggregate", "version", name=op.f("uq_outbox_aggregate_version")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_unpublished",
            ["position"],
            unique=False,
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
        sa.PrimaryKeyConstraint("consumer", "aggregate", "version", name=op.f("pk_parked")),
    )
    op.create_table(
        "revision",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the folds that made the copies"),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_revision")),
    )
    op.create_table(
        "seen",
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate", name=op.f("pk_seen")),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=True),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("point", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("(kind = 'city_district') = (parent_code IS NOT NULL)", name=op.f("ck_unit_parent_code")),
        sa.CheckConstraint("kind IN ('municipality', 'city_district')", name=op.f("ck_unit_kind")),
        sa.CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_unit_period")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
    )
    op.create_table(
        "alias",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_alias_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "alias", name=op.f("pk_alias")),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_folded"), ["folded"], unique=False)

    op.create_table(
        "awareness",
        sa.Column("awareness_id", sa.Uuid(), nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), nullable=True),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("bounced_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "bounced_on IS NULL OR (channel = 'letter' AND bounced_on >= informed_on)",
            name=op.f("ck_awareness_bounced_on"),
        ),
        sa.CheckConstraint(
            "channel IN ('letter', 'newsletter', 'website', 'dialogue', 'meeting', 'visit')",
            name=op.f("ck_awareness_channel"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["organisation.organisation_id"], name=op.f("fk_awareness_centre_id_organisation")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_awareness_unit_code_unit")),
        sa.PrimaryKeyConstraint("awareness_id", name=op.f("pk_awareness")),
        sa.UniqueConstraint("dispatch_id", "unit_code", name=op.f("uq_awareness_dispatch_id_unit_code")),
    )
    with op.batch_alter_table("awareness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_awareness_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_awareness_informed_on"), ["informed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_awareness_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "mapping",
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("place_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_on IS NOT NULL)", name=op.f("ck_mapping_cancelled_on")),
        sa.CheckConstraint("(status = 'completed') = (completed_on IS NOT NULL)", name=op.f("ck_mapping_completed_on")),
        sa.CheckConstraint("status <> 'agreed' OR agreed_on IS NOT NULL", name=op.f("ck_mapping_agreed_on")),
        sa.CheckConstraint("status IN ('invited', 'agreed', 'completed', 'cancelled')", name=op.f("ck_mapping_status")),
        sa.CheckConstraint(
            "tool IN ('ungdata', 'ungdata_upper_secondary', 'brukerplan', 'hkh')", name=op.f("ck_mapping_tool")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["organisation.organisation_id"], name=op.f("fk_mapping_centre_id_organisation")
        ),
        sa.PrimaryKeyConstraint("mapping_id", name=op.f("pk_mapping")),
    )
    with op.batch_alter_table("mapping", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mapping_place_code"), ["place_code"], unique=False)
        batch_op.create_index(
            "uq_mapping_sequence",
            ["tool", "place_code", "sequence"],
            unique=True,
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        )
        batch_op.create_index(
            "uq_mapping_year",
            ["tool", "place_code", "year"],
            unique=True,
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("mapping", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mapping_year",
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        )
        batch_op.drop_index(
            "uq_mapping_sequence",
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_mapping_place_code"))

    op.drop_table("mapping")
    with op.batch_alter_table("awareness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_awareness_unit_code"))
        batch_op.drop_index(batch_op.f("ix_awareness_informed_on"))
        batch_op.drop_index(batch_op.f("ix_awareness_centre_id"))

    op.drop_table("awareness")
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alias_folded"))

    op.drop_table("alias")
    op.drop_table("unit")
    op.drop_table("seen")
    op.drop_table("revision")
    op.drop_table("parked")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unpublished",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_sort_key"))

    op.drop_table("organisation")
    op.drop_table("lease")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_created_at"))

    op.drop_table("idempotency")
    op.drop_table("geographic_change")
    op.drop_table("dismissed")
    op.drop_table("county")
