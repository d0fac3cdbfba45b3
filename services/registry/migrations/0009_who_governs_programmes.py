"""Groups that govern programmes, and the programmes that they are there for. Additive: older code keeps running."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = (
    "'korus', 'rvts', 'rkbu', 'national', 'research', 'sami', 'partner', 'authority', 'county_governor', "
    "'county_authority', 'municipality', 'forum', 'cooperation_body', 'campus'"
)
MORE_KINDS = f"{KINDS}, 'user_organisation', 'steering_group', 'project_group'"


def upgrade() -> None:
    op.add_column("organisation", sa.Column("governs", sa.JSON(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_organisation_kind"), "organisation")
        op.create_check_constraint(op.f("ck_organisation_kind"), "organisation", f"kind IN ({MORE_KINDS})")
        return
    # As in 0002: SQLite cannot change a constraint, other tables refer to this one, and no stored byte changes.
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'organisation'"
        ),
        {"old": f"kind IN ({KINDS})", "new": f"kind IN ({MORE_KINDS})"},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
