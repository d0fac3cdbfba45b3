"""Newsletters are found by the contact that gets them. Additive: older code keeps running."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_newsletter_subscription_contact_id"), "newsletter_subscription", ["contact_id"])
