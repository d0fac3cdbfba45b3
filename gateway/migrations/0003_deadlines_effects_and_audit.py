"""What falls due, what happens outside after a commit, and who has done what. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True, comment="on behalf of whom"),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False, comment="<kind>/<id>"),
        sa.Column("version", sa.Integer(), nullable=True, comment="of the message that tells it"),
        sa.Column("digest", sa.String(), nullable=True, comment="the outbox's running hash at that version"),
        sa.Column(
            "facts",
            sa.JSON(),
            nullable=True,
            comment="what no message tells: keyed hashes of private values, who was looked at",
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("trace_id", sa.String(), nullable=True),
        sa.Column(
            "number", sa.Integer(), nullable=True, comment="its place in the chain, given shortly after the commit"
        ),
        sa.Column("hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_number")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject"], unique=False)
        batch_op.create_index(
            "ix_audit_unsealed",
            ["position"],
            unique=False,
            sqlite_where=sa.text("number IS NULL"),
            postgresql_where=sa.text("number IS NULL"),
        )

    op.create_table(
        "deadline",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False, comment="what falls due, as its own part refers to it"),
        sa.Column("due_at", sa.Float(), nullable=False, comment="seconds since 1970, by the part's clock"),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_due_at"), ["due_at"], unique=False)

    op.create_table(
        "effect",
        sa.Column("effect_id", sa.Uuid(), nullable=False),
        sa.Column(
            "key", sa.String(), nullable=False, comment="what is to happen once; asked for again, it is the same"
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False, comment="<kind>/<id>: a reference, never an address"),
        sa.Column("facts", sa.JSON(), nullable=False, comment="what the text is made of; nothing about a person"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False, comment="seconds since 1970, by the part's clock"),
        sa.Column("claimed_until", sa.Float(), nullable=False, comment="by the database's clock"),
        sa.Column("ended_at", sa.Float(), nullable=True, comment="seconds since 1970, by the part's clock"),
        sa.Column(
            "detail",
            sa.String(),
            nullable=True,
            comment="why it has not left; nothing that the recipient's server said",
        ),
        sa.PrimaryKeyConstraint("effect_id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", name=op.f("uq_effect_key")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index(
            "ix_effect_waiting",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
