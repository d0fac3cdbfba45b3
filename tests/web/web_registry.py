"""What the registry tells beyond the country and the organisations when the pages are looked at."""

from datetime import date
from uuid import UUID

from deploy.reference_tables import read_reference
from services.contracts.message import Message
from services.contracts.registry import (
    ChangeKind,
    GeographicChange,
    GeographicChangeRecorded,
    GroupKind,
    GroupMember,
    LanguageDecision,
    Locality,
    LocalityKind,
    LocalityRegistered,
    Membership,
    MunicipalityGroup,
    MunicipalityGroupRegistered,
    Organisation,
    OrganisationKind,
    OrganisationMerged,
    OrganisationRegistered,
    Region,
    Representative,
    RepresentativeElected,
    SamiCategory,
    UnitChanged,
    WrittenForm,
)
from services.contracts.registry.memberships import MembershipProgrammeRegistered
from tests.unit.reporting_world import NORD, country

SINCE, IN_2030 = date(2016, 1, 1), date(2030, 1, 1)
FORUM, DOUBLE = UUID(int=911), UUID(int=912)


def registered() -> tuple[Message, ...]:
    """A town, a region, a group, a forum, a double of KoRus-Nord, whom the north has chosen, and a merger to come."""
    return (*localities(), group(), *organisations(), elected(), to_come())


def localities() -> tuple[Message, ...]:
    """Kirkenes, and Ofoten with a word about it."""
    town = Locality(
        reference="kirkenes",
        kind=LocalityKind.town,
        name="Kirkenes",
        unit_codes=("2030",),
        units_on=SINCE,
        source="a list of towns",
        certainty="high",
    )
    region = town.model_copy(
        update={
            "reference": "ofoten",
            "kind": LocalityKind.region,
            "name": "Ofoten",
            "unit_codes": ("1805", "1853"),
            "note": "Noen regner også Lødingen til Ofoten.",
            "source": "a list of regions",
            "certainty": "medium",
        }
    )
    return tuple(LocalityRegistered(occurred_on=SINCE, locality=each) for each in (town, region))


def group() -> Message:
    """Three municipalities across a county's border, two of which are one since 2020."""
    members = tuple(GroupMember(unit_code=code, valid_from=SINCE) for code in ("1852", "1853", "1913"))
    return MunicipalityGroupRegistered(
        occurred_on=SINCE,
        group=MunicipalityGroup(
            group_id=UUID(int=921),
            reference="ofoten-sammen",
            name="Ofoten sammen",
            kind=GroupKind.cooperation,
            members=members,
            source="a letter of 2016",
            certainty="high for 2016",
        ),
    )


def organisations() -> tuple[Message, ...]:
    """A forum that KoRus-Nord is a member of and that has confirmed itself, a double of KoRus-Nord, and a group."""
    forum = Organisation(
        organisation_id=FORUM,
        reference="lederforum",
        name="Lederforum Nord",
        kind=OrganisationKind.forum,
        members=(Membership(organisation_id=NORD, has_vote=False, valid_from=SINCE),),
        confirmed_on=date(2016, 3, 1),
    )
    double = Organisation(
        organisation_id=DOUBLE,
        reference="korus-nord-en-gang-til",
        name="KoRus Nord",
        kind=OrganisationKind.korus,
        merged_into=NORD,
    )
    group = Organisation(
        organisation_id=UUID(int=924),
        reference="styringsgruppa",
        name="Styringsgruppa",
        kind=OrganisationKind.steering_group,
        members=(Membership(organisation_id=NORD, valid_from=SINCE),),
        governs=("bti",),
    )
    return (
        OrganisationRegistered(occurred_on=SINCE, organisation=group),
        *(
            MembershipProgrammeRegistered(occurred_on=SINCE, membership_programme=each)
            for each in read_reference().membership_programmes
            if each.reference == "bti"
        ),
        OrganisationRegistered(occurred_on=SINCE, organisation=forum),
        OrganisationMerged(occurred_on=SINCE, organisation=double),
    )


def elected() -> Message:
    """The north has chosen KoRus-Nord to speak for it."""
    return RepresentativeElected(
        occurred_on=SINCE,
        representative=Representative(
            representative_id=UUID(int=931),
            region=Region.north,
            electors=(NORD,),
            candidates=(NORD,),
            called_on=SINCE,
            elected_id=NORD,
            valid_from=SINCE,
            valid_to=date(2019, 1, 1),
        ),
    )


def changed() -> tuple[Message, ...]:
    """The second versions of two units. Test data: Guovdageaidnu's languages, and that Loppa goes into Alta in 2030."""
    languages = LanguageDecision(
        form=WrittenForm.nynorsk,
        sami_category=SamiCategory.language_development,
        valid_from=date(2024, 1, 1),
        source="a test",
    )
    written_to = country().units["5612"].model_copy(update={"languages": (languages,)})
    ending = country().units["5614"].model_copy(update={"valid_to": IN_2030})
    return tuple(UnitChanged(occurred_on=SINCE, unit=unit) for unit in (written_to, ending))


def to_come() -> Message:
    """Where Loppa goes."""
    change = GeographicChange(
        change_id=UUID(int=941),
        level="municipality",
        effective_on=IN_2030,
        old_code="5614",
        new_code="5601",
        kind=ChangeKind.merge,
        note="Invented.",
        source="a rumour",
        certainty="low",
    )
    return GeographicChangeRecorded(occurred_on=SINCE, change=change)
