"""The tables that every part's database has beside its own."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints. Without names SQLite's migrations cannot alter them, and refusals could not name them."""

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Bytes = sa.LargeBinary().with_variant(BYTEA, "postgresql")

PLUMBING = frozenset(
    ("outbox", "lease", "seen", "parked", "dismissed", "idempotency", "revision", "deadline", "effect", "audit")
)


def service_metadata() -> sa.MetaData:
    """Metadata for one service's tables, with the plumbing tables already in it."""
    metadata = sa.MetaData(naming_convention=NAMING)
    sa.Table(
        "outbox",
        metadata,
        sa.Column("position", BigId, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("aggregate", sa.String, nullable=False, comment="<aggregate>/<id>"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", Bytes, nullable=False, comment="the envelope, as published"),
        sa.Column("hash", Bytes, nullable=False, comment="SHA-256 of the previous version's hash and this body"),
        sa.Column("recorded_at", sa.Float, nullable=False, comment="seconds since 1970, UTC"),
        sa.Column("published_at", sa.Float),
        sa.Column("traceparent", sa.String, comment="of the command, when its trace is recorded"),
        sa.UniqueConstraint("aggregate", "version"),
        sa.Index("ix_outbox_unpublished", "position", sqlite_where=sa.text("published_at IS NULL"),
                 postgresql_where=sa.text("published_at IS NULL")),
    )  # fmt: skip
    sa.Table(
        "lease",
        metadata,
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("token", BigId, nullable=False),
        sa.Column("until", sa.Float, nullable=False, comment="by the database's clock"),
        sa.Column("last_seq", BigId, nullable=False, comment="stream sequence of the last message known to be stored"),
    )
    sa.Table(
        "seen",
        metadata,
        *_seen_by(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("hash", Bytes, nullable=False),
    )
    sa.Table(
        "parked",
        metadata,
        *_seen_by(),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("body", Bytes, nullable=False),
        sa.Column("parked_at", sa.Float, nullable=False),
    )
    sa.Table(
        "dismissed",
        metadata,
        *_seen_by(),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("dismissed_at", sa.Float, nullable=False),
    )
    sa.Table(
        "idempotency",
        metadata,
        sa.Column("caller", sa.String, primary_key=True),
        sa.Column("route", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("body_hmac", Bytes, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON),
        sa.Column("body", Bytes),
        sa.Column("created_at", sa.Float, nullable=False, index=True),
    )
    sa.Table(
        "revision",
        metadata,
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False, comment="of the folds that made the copies"),
    )
    sa.Table(
        "deadline",
        metadata,
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("subject", sa.String, primary_key=True, comment="what falls due, as its own part refers to it"),
        sa.Column("due_at", sa.Float, nullable=False, index=True, comment="seconds since 1970, by the part's clock"),
    )
    sa.Table(
        "effect",
        metadata,
        sa.Column("effect_id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.String, nullable=False, comment="what is to happen once; asked for again, it is the same"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False, comment="<kind>/<id>: a reference, never an address"),
        sa.Column("facts", sa.JSON, nullable=False, comment="what the text is made of; nothing about a person"),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False, comment="seconds since 1970, by the part's clock"),
        sa.Column("claimed_until", sa.Float, nullable=False, comment="by the database's clock"),
        sa.Column("ended_at", sa.Float, comment="seconds since 1970, by the part's clock"),
        sa.Column("detail", sa.String, comment="why it has not left; nothing that the recipient's server said"),
        sa.UniqueConstraint("key"),
        sa.Index("ix_effect_waiting", "not_before", sqlite_where=sa.text("status = 'waiting'"),
                 postgresql_where=sa.text("status = 'waiting'")),
    )  # fmt: skip
    sa.Table(
        "audit",
        metadata,
        sa.Column("position", BigId, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("organisation", sa.String, comment="on behalf of whom"),
        sa.Column("command", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False, comment="<kind>/<id>"),
        sa.Column("version", sa.Integer, comment="of the message that tells it"),
        sa.Column("digest", sa.String, comment="the outbox's running hash at that version"),
        sa.Column("facts", sa.JSON, comment="what no message tells: keyed hashes of private values, who was looked at"),
        sa.Column("reason", sa.String),
        sa.Column("trace_id", sa.String),
        sa.Column("number", sa.Integer, unique=True, comment="its place in the chain, given shortly after the commit"),
        sa.Column("hash", sa.String),
        sa.Index("ix_audit_subject", "subject"),
        sa.Index("ix_audit_unsealed", "position", sqlite_where=sa.text("number IS NULL"),
                 postgresql_where=sa.text("number IS NULL")),
    )  # fmt: skip
    return metadata


def _seen_by() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("consumer", sa.String, primary_key=True),
        sa.Column("aggregate", sa.String, primary_key=True),
    )
