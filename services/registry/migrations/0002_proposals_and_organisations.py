"""Proposals to change the country, localities, groups and representatives, and more about organisations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geographic_proposal",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("counties", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("rejection", sa.String(), nullable=True),
        sa.Column("amendments", sa.JSON(), nullable=False),
        sa.CheckConstraint("(status = 'open') = (closed_on IS NULL)", name=op.f("ck_geographic_proposal_closed_on")),
        sa.CheckConstraint("origin IN ('by_hand', 'klass', 'undo')", name=op.f("ck_geographic_proposal_origin")),
        sa.CheckConstraint("status IN ('open', 'applied', 'rejected')", name=op.f("ck_geographic_proposal_status")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_geographic_proposal")),
    )
    op.create_table(
        "proposal_approval",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["geographic_proposal.proposal_id"],
            name=op.f("fk_proposal_approval_proposal_id_geographic_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "subject", name=op.f("pk_proposal_approval")),
    )
    op.create_table(
        "klass_answer",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["geographic_proposal.proposal_id"],
            name=op.f("fk_klass_answer_proposal_id_geographic_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "question", name=op.f("pk_klass_answer")),
    )
    op.create_table(
        "locality",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("unit_codes", sa.JSON(), nullable=False),
        sa.Column("units_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('town', 'region')", name=op.f("ck_locality_kind")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_locality")),
    )
    op.create_table(
        "municipality_group",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('cooperation', 'shared_clinic')", name=op.f("ck_municipality_group_kind")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_municipality_group_owner_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_municipality_group")),
        sa.UniqueConstraint("reference", name=op.f("uq_municipality_group_reference")),
    )
    op.create_index(op.f("ix_municipality_group_sort_key"), "municipality_group", ["sort_key"])
    op.create_table(
        "representative",
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("electors", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("votes", sa.JSON(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("elected_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("region IN ('north', 'mid', 'west', 'south_east')", name=op.f("ck_representative_region")),
        sa.CheckConstraint("valid_from IS NULL OR elected_id IS NOT NULL", name=op.f("ck_representative_elected_id")),
        sa.ForeignKeyConstraint(
            ["elected_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_representative_elected_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("representative_id", name=op.f("pk_representative")),
    )
    is_open = sa.text("valid_to IS NULL")
    op.create_index(
        "uq_representative_region",
        "representative",
        ["region"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    # Columns are added one by one and never with a constraint: SQLite would have to build the table anew, and other
    # tables refer to these.
    for table in ("unit", "county", "geographic_change"):
        op.add_column(table, sa.Column("undone_on", sa.Date(), nullable=True))
    op.add_column("unit", _added_list("languages"))
    for name in ("unit_coverage", "mandates", "core_areas", "elects_in", "members", "sources"):
        op.add_column("organisation", _added_list(name))
    op.add_column("organisation", sa.Column("legal_profile", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("organisation", sa.Column("organisation_number", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("official_mailbox", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.add_column("organisation", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("organisation", sa.Column("merge_reason", sa.String(), nullable=True))
    op.create_index(op.f("ix_organisation_organisation_number"), "organisation", ["organisation_number"])
    _allow_more_kinds()


def _added_list(name: str) -> sa.Column[list[object]]:
    return sa.Column(name, sa.JSON(), nullable=False, server_default="[]")


KINDS = (
    "'korus', 'rvts', 'rkbu', 'national', 'research', 'sami', 'partner', 'authority', 'county_governor', "
    "'county_authority', 'municipality'"
)
MORE_KINDS = f"{KINDS}, 'forum', 'cooperation_body', 'campus'"


def _allow_more_kinds() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_organisation_kind"), "organisation")
        op.create_check_constraint(op.f("ck_organisation_kind"), "organisation", f"kind IN ({MORE_KINDS})")
        return
    # SQLite cannot change a constraint, and rebuilding the table would take the rows from under those that refer to
    # them. No stored byte changes, so its own way for that is enough: write the definition anew.
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
