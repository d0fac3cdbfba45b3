"""Schemes and their frames, award proposals, grants and the ledger, and the copies of units and programmes.

The ledger is append-only: triggers refuse to change or delete a line, whoever asks. An error is righted by a reversal.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

SQLITE_APPEND_ONLY = """
CREATE TRIGGER posting_append_only_{verb} BEFORE {verb} ON posting
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END
"""

POSTGRESQL_REFUSE = """
CREATE FUNCTION refuse_to_change_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""

POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_posting()
"""


def upgrade() -> None:
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
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", name="pk_programme"),
    )
    op.create_table(
        "revision",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the folds that made the copies"),
        sa.PrimaryKeyConstraint("part", name="pk_revision"),
    )
    op.create_table(
        "scheme",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("frame_ore", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("frame_ore > 0", name=op.f("ck_scheme_frame_ore")),
        sa.PrimaryKeyConstraint("scheme_id", name="pk_scheme"),
    )
    op.create_index("ix_scheme_owner_id", "scheme", ["owner_id"])
    op.create_index("ix_scheme_year", "scheme", ["year"])

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
        "award_proposal",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_award_proposal_amount_ore")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.scheme_id"], name="fk_award_proposal_scheme_id_scheme"),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_award_proposal"),
    )
    op.create_index("ix_award_proposal_owner_id", "award_proposal", ["owner_id"])
    op.create_index("ix_award_proposal_scheme_id", "award_proposal", ["scheme_id"])

    op.create_table(
        "frame",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("frame_ore", sa.BigInteger(), nullable=False),
        sa.Column("pledged_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pledged_ore <= frame_ore", name=op.f("ck_frame_within_frame")),
        sa.CheckConstraint("pledged_ore >= 0", name=op.f("ck_frame_pledged_ore")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.scheme_id"], name="fk_frame_scheme_id_scheme"),
        sa.PrimaryKeyConstraint("scheme_id", name="pk_frame"),
    )
    op.create_table(
        "grant",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_grant_amount_ore")),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_grant_two_persons")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["award_proposal.proposal_id"], name="fk_grant_proposal_id_award_proposal"
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.scheme_id"], name="fk_grant_scheme_id_scheme"),
        sa.PrimaryKeyConstraint("grant_id", name="pk_grant"),
        sa.UniqueConstraint("proposal_id", name="uq_grant_proposal_id"),
    )
    op.create_index("ix_grant_programme_id", "grant", ["programme_id"])
    op.create_index("ix_grant_scheme_id", "grant", ["scheme_id"])
    op.create_index("ix_grant_unit_code", "grant", ["unit_code"])

    op.create_table(
        "posting",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("opposite_ore", sa.BigInteger(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.CheckConstraint("account IN ('appropriation', 'frame', 'pledged')", name=op.f("ck_posting_account")),
        sa.CheckConstraint("amount_ore <> 0", name=op.f("ck_posting_amount_ore")),
        sa.CheckConstraint("opposite_ore = -amount_ore", name=op.f("ck_posting_opposite")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.grant_id"], name="fk_posting_grant_id_grant"),
        sa.ForeignKeyConstraint(
            ["group_id", "opposite_ore"],
            ["posting.group_id", "posting.amount_ore"],
            name="fk_posting_group_id_opposite_ore_posting",
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.scheme_id"], name="fk_posting_scheme_id_scheme"),
        sa.PrimaryKeyConstraint("posting_id", name="pk_posting"),
        sa.UniqueConstraint("group_id", "amount_ore", name="uq_posting_group_id_amount_ore"),
    )
    op.create_index("ix_posting_grant_id", "posting", ["grant_id"])
    op.create_index("ix_posting_scheme_id", "posting", ["scheme_id"])
    make_the_ledger_append_only()


def make_the_ledger_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(verb=verb))
    else:
        op.execute(POSTGRESQL_REFUSE)
        op.execute(POSTGRESQL_APPEND_ONLY)
