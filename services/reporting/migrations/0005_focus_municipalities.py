"""The focus municipalities that centres have. Filled from the stream, because the folds have another revision."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "focus_nomination_history",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("nomination_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("nomination_id", "version", name=op.f("pk_focus_nomination_history")),
    )
