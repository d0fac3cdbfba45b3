"""Everything that a registry starts with, and which edition of it the tables hold."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from deploy.reference_tables.changes import changes
from deploy.reference_tables.country import counties, districts, municipalities
from deploy.reference_tables.forums import Forum, forums, groups
from deploy.reference_tables.localities import localities
from deploy.reference_tables.mapping_tools import mapping_tools
from deploy.reference_tables.memberships import membership_programmes
from deploy.reference_tables.organisations import organisations
from deploy.reference_tables.tables import REFERENCE, Tables
from services.contracts.registry import County, Locality, RecordChange, RegisterGroup, RegisterOrganisation, Unit
from services.contracts.registry.mapping_tools import SurveyTool
from services.contracts.registry.memberships import MembershipProgramme


class TableSet(StrEnum):
    """Tables that are loaded together, in this order: the later refer to the earlier."""

    country = "country"
    organisations = "organisations"
    localities = "localities"
    groups = "groups"
    mapping_tools = "mapping_tools"
    membership_programmes = "membership_programmes"


_FILES = {
    TableSet.country: (
        *("centroids", "city_districts", "counties", "county_changes", "languages", "municipalities"),
        *("municipality_change_notes", "municipality_changes", "municipality_names", "restored", "shares"),
    ),
    TableSet.organisations: (
        *("aliases", "centres", "counties", "county_changes", "forum_members", "forums"),
        *("legal_bodies", "legal_forms", "mandates", "plan_organisations"),
    ),
    TableSet.localities: ("localities",),
    TableSet.groups: ("group_members", "groups"),
    TableSet.mapping_tools: ("mapping_tools",),
    TableSet.membership_programmes: ("membership_programmes",),
}


@dataclass(frozen=True)
class Reference:
    """Everything that a registry starts with. ``organisations`` leaves out the ``forums``, which have members."""

    units: tuple[Unit, ...]
    counties: tuple[County, ...]
    changes: tuple[RecordChange, ...]
    organisations: tuple[RegisterOrganisation, ...]
    forums: tuple[Forum, ...]
    localities: tuple[Locality, ...]
    groups: tuple[RegisterGroup, ...]
    mapping_tools: tuple[SurveyTool, ...]
    membership_programmes: tuple[MembershipProgramme, ...]


def read_reference(folder: Path = REFERENCE) -> Reference:
    """Read the tables of a folder."""
    tables = Tables(folder)
    all_counties = tuple(counties(tables))
    return Reference(
        units=(*municipalities(tables), *districts(tables)),
        counties=all_counties,
        changes=tuple(changes(tables)),
        organisations=tuple(organisations(tables, all_counties)),
        forums=tuple(forums(tables)),
        localities=tuple(localities(tables)),
        groups=tuple(groups(tables)),
        mapping_tools=tuple(mapping_tools(tables)),
        membership_programmes=tuple(membership_programmes(tables)),
    )


def edition(tables: TableSet, folder: Path = REFERENCE) -> str:
    """What tells one edition of a set from another: its files, byte for byte."""
    digest = sha256(b"".join((folder / f"{name}.csv").read_bytes() for name in _FILES[tables]))
    return f"{tables}-{digest.hexdigest()[:12]}"
