"""Mapping tools are rows of a table; municipal plans, roles in programmes, counts of overdoses, and services.

Additive: older code keeps running, with the tools that it knows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mapping_tool",
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("run_by", sa.String(), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=True),
        sa.Column("owner_reference", sa.String(), nullable=True),
        sa.Column("counts_towards", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.CheckConstraint("interval_months > 0", name=op.f("ck_mapping_tool_interval_months")),
        sa.CheckConstraint("run_by IN ('unit', 'county_authority')", name=op.f("ck_mapping_tool_run_by")),
        sa.PrimaryKeyConstraint("tool", name=op.f("pk_mapping_tool")),
    )
    _allow_any_tool()
    op.create_table(
        "plan_anchor",
        sa.Column("plan_anchor_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("plan_type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("contains_topic", sa.Boolean(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "plan_type IN ('public_health_plan', 'alcohol_drug_action_plan', 'planning_strategy', "
            "'master_plan_society', 'master_plan_land_use', 'action_part', 'sector_plan', 'other')",
            name=op.f("ck_plan_anchor_plan_type"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_plan_anchor_period")),
        _of("unit", "code", "plan_anchor", "unit_code"),
        _of("organisation", "organisation_id", "plan_anchor", "centre_id"),
        sa.PrimaryKeyConstraint("plan_anchor_id", name=op.f("pk_plan_anchor")),
    )
    op.create_index(op.f("ix_plan_anchor_unit_code"), "plan_anchor", ["unit_code"])
    op.create_index(op.f("ix_plan_anchor_centre_id"), "plan_anchor", ["centre_id"])
    op.create_table(
        "membership_programme",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_reference", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('programme', 'network', 'scheme')", name=op.f("ck_membership_programme_kind")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_membership_programme")),
    )
    op.create_table(
        "programme_membership",
        sa.Column("programme_membership_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "role IN ('key', 'pilot', 'participant', 'member')", name=op.f("ck_programme_membership_role")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_programme_membership_period")),
        _of("membership_programme", "reference", "programme_membership", "programme"),
        _of("unit", "code", "programme_membership", "unit_code"),
        _of("organisation", "organisation_id", "programme_membership", "owner_id"),
        sa.PrimaryKeyConstraint("programme_membership_id", name=op.f("pk_programme_membership")),
    )
    op.create_index(op.f("ix_programme_membership_unit_code"), "programme_membership", ["unit_code"])
    _create_unique(
        "programme_membership", "first_day", ["programme", "unit_code", "valid_from"],
        where="valid_to IS NULL OR valid_to > valid_from",
    )  # fmt: skip

    op.create_table(
        "overdose_count",
        sa.Column("overdose_count_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("deaths >= 0", name=op.f("ck_overdose_count_deaths")),
        _of("unit", "code", "overdose_count", "unit_code"),
        _of("organisation", "organisation_id", "overdose_count", "centre_id"),
        sa.PrimaryKeyConstraint("overdose_count_id", name=op.f("pk_overdose_count")),
    )
    op.create_index(op.f("ix_overdose_count_year"), "overdose_count", ["year"])
    _create_unique("overdose_count", "year", ["unit_code", "year"], where="withdrawn_on IS NULL")
    op.create_table(
        "overdose_unit",
        sa.Column("overdose_unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        _of("unit", "code", "overdose_unit", "unit_code"),
        _of("organisation", "organisation_id", "overdose_unit", "centre_id"),
        sa.PrimaryKeyConstraint("overdose_unit_id", name=op.f("pk_overdose_unit")),
    )
    _create_unique("overdose_unit", "unit_code", ["unit_code"], where="ended_on IS NULL")
    op.create_table(
        "service_link",
        sa.Column("service_link_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("owner_level", sa.String(), nullable=False),
        sa.Column("service_type", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("web_address", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("significance", sa.String(), nullable=True),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "owner_level IN ('municipality', 'health_trust', 'nav', 'child_welfare', 'voluntary')",
            name=op.f("ck_service_link_owner_level"),
        ),
        sa.CheckConstraint(
            "service_type IN ('relevant_health_care', 'assessment', 'detoxification', 'outpatient', 'ambulant', "
            "'day_treatment', 'inpatient', 'substitution_treatment', 'joint_with_specialists', 'children_and_young', "
            "'living_conditions', 'mental_health', 'low_threshold', 'work_and_welfare', 'child_welfare', 'housing', "
            "'user_organisation', 'other')",
            name=op.f("ck_service_link_service_type"),
        ),
        sa.CheckConstraint("pillar IN ('somatics', 'mental_health_care', 'tsb')", name=op.f("ck_service_link_pillar")),
        sa.CheckConstraint(
            "relation IN ('part_of_it', 'agreement', 'referral', 'contact')", name=op.f("ck_service_link_relation")
        ),
        sa.CheckConstraint(
            "significance IN ('central', 'regular', 'occasional')", name=op.f("ck_service_link_significance")
        ),
        _of("unit", "code", "service_link", "unit_code"),
        _of("organisation", "organisation_id", "service_link", "centre_id"),
        sa.PrimaryKeyConstraint("service_link_id", name=op.f("pk_service_link")),
    )
    op.create_index(op.f("ix_service_link_unit_code"), "service_link", ["unit_code"])


def _of(table: str, key: str, referring: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.{key}"], name=op.f(f"fk_{referring}_{column}_{table}"))


def _create_unique(table: str, name: str, columns: list[str], where: str) -> None:
    is_so = sa.text(where)
    op.create_index(f"uq_{table}_{name}", table, columns, unique=True, sqlite_where=is_so, postgresql_where=is_so)


def _allow_any_tool() -> None:
    name = op.f("ck_mapping_tool")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "mapping")
        return
    # SQLite cannot take a constraint away. No stored byte changes, so its own way for that is enough: write the
    # definition anew.
    known = f"CONSTRAINT {name} CHECK (tool IN ('ungdata', 'ungdata_upper_secondary', 'brukerplan', 'hkh')), "
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :known, '') WHERE type = 'table' AND name = 'mapping'"),
        {"known": known},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
