"""The programmes, networks and schemes that units are members of."""

from collections.abc import Iterator

from deploy.reference_tables.tables import Tables, words
from services.contracts.message import Text
from services.contracts.registry.memberships import MembershipProgramme, MembershipRole, ProgrammeKind


def membership_programmes(tables: Tables) -> Iterator[MembershipProgramme]:
    """Each with who runs it and which roles a member may have."""
    for row in tables("membership_programmes"):
        yield MembershipProgramme(
            reference=row["reference"],
            name=Text(nb=row["name_nb"], nn=row["name_nn"]),
            kind=ProgrammeKind(row["kind"]),
            owner_reference=row["owner"] or None,
            roles=tuple(map(MembershipRole, words(row["roles"]))),
            source=row["source"],
            certainty=row["certainty"],
        )
