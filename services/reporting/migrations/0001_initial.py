"""The plans that reporting owns, and its copies of everybody's messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "activity_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("activity_id", "version", name=op.f("pk_activity_history")),
    )
    op.create_table(
        "awareness_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("awareness_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("awareness_id", "version", name=op.f("pk_awareness_history")),
    )
    op.create_table(
        "county_copy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_county_copy")),
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
        "geographic_change_copy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_geographic_change_copy")),
    )
    op.create_table(
        "grant_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("grant_id", "version", name=op.f("pk_grant_history")),
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
        "mapping_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("mapping_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mapping_id", "version", name=op.f("pk_mapping_history")),
    )
    op.create_table(
        "offer_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", "version", name=op.f("pk_offer_history")),
    )
    op.create_table(
        "organisation_copy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_copy")),
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
        "plan",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan")),
        sa.UniqueConstraint("centre_id", "year", name=op.f("uq_plan_centre_id_year")),
    )
    op.create_table(
        "programme_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", "version", name=op.f("pk_programme_history")),
    )
    op.create_table(
        "revision",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the folds that made the copies"),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_revision")),
    )
    op.create_table(
        "scheme_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("scheme_id", "version", name=op.f("pk_scheme_history")),
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
        "unit_copy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit_copy")),
    )
    op.create_table(
        "assignment",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.plan_id"], name=op.f("fk_assignment_plan_id_plan")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_assignment_plan_id_code")),
    )
    op.create_table(
        "planned_activity",
        sa.Column("planned_activity_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.plan_id"], name=op.f("fk_planned_activity_plan_id_plan")),
        sa.PrimaryKeyConstraint("planned_activity_id", name=op.f("pk_planned_activity")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_planned_activity_plan_id_code")),
    )


def downgrade() -> None:
    op.drop_table("planned_activity")
    op.drop_table("assignment")
    op.drop_table("unit_copy")
    op.drop_table("seen")
    op.drop_table("scheme_history")
    op.drop_table("revision")
    op.drop_table("programme_history")
    op.drop_table("plan")
    op.drop_table("parked")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unpublished",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )

    op.drop_table("outbox")
    op.drop_table("organisation_copy")
    op.drop_table("offer_history")
    op.drop_table("mapping_history")
    op.drop_table("lease")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_created_at"))

    op.drop_table("idempotency")
    op.drop_table("grant_history")
    op.drop_table("geographic_change_copy")
    op.drop_table("dismissed")
    op.drop_table("county_copy")
    op.drop_table("awareness_history")
    op.drop_table("activity_history")
