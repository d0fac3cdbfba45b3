"""What was planned, announced and held in 2016 (stories ST-01, ST-02 and ST-10), and who came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from deploy.example.caller import Caller
from deploy.example.places import BIG, BODO, TROMSO, Region
from services.contracts.events import (
    ActivityKind,
    AnswerInvitation,
    InviteCoOrganiser,
    InviteUnits,
    Mode,
    OnDate,
    PlanActivity,
    RecordAttendance,
    ReplaceUnit,
)
from services.contracts.message import Text

PLANNED_ON = date(2016, 4, 11)
CARRIED_OUT = "example"


@dataclass(frozen=True)
class Partner:
    """An organisation that is asked to co-organise, and the account that answers for it."""

    organisation_id: UUID
    caller: Caller


@dataclass(frozen=True)
class Course:
    """One activity of the example, from plan to attendance."""

    step: str
    title: Text
    kind: ActivityKind
    theme: str
    starts_on: date
    series: str | None = None
    days: int = 1
    county: str | None = None
    mode: Mode = Mode.onsite
    planned_activity: str | None = None
    invited: Sequence[str] = ()
    came: Sequence[str] = ()
    excepted: Sequence[str] = ()
    guests: Sequence[UUID] = ()
    partners: Sequence[Partner] = field(default=())
    held: bool = True


async def send_course(editor: Caller, lead_id: UUID, course: Course) -> None:
    """Send a course's commands in the order they were given."""
    plan = PlanActivity(
        title=course.title,
        kind=course.kind,
        theme=course.theme,
        lead_id=lead_id,
        starts_on=course.starts_on,
        ends_on=course.starts_on + timedelta(course.days - 1),
        days=course.days,
        county_code=course.county,
        mode=course.mode,
        series=course.series,
        planned_activity_code=course.planned_activity,
        excepted_codes=tuple(course.excepted),
        occurred_on=PLANNED_ON,
        source=CARRIED_OUT,
    )
    path = f"/activities/{(await editor.post(course.step, '/activities', plan))['activity_id']}"

    async def then(step: str, verb: str, body: Any) -> None:
        await editor.post(f"{course.step}-{step}", f"{path}/{verb}", body, about=path)

    for number, partner in enumerate(course.partners):
        invite = InviteCoOrganiser(organisation_id=partner.organisation_id, occurred_on=PLANNED_ON)
        await then(f"ask-{number}", "co-organisers", invite)
        partner.caller.versions[path] = editor.versions[path]
        answer = AnswerInvitation(accept=True, occurred_on=PLANNED_ON + timedelta(4))
        await partner.caller.post(f"{course.step}-yes-{number}", f"{path}/co-organisers/answer", answer, about=path)
        editor.versions[path] = partner.caller.versions[path]
    if not course.held:
        return
    announced_on = PLANNED_ON + timedelta(7)
    await then("announce", "announce", OnDate(occurred_on=announced_on))
    if course.invited or course.guests:
        invite_units = InviteUnits(
            unit_codes=tuple(course.invited), mode=course.mode, guest_ids=tuple(course.guests), occurred_on=announced_on
        )
        await then("invite", "invitations", invite_units)
    for code in course.excepted:
        own = Text(
            nb="Egen gjennomgang av resultatene sammen med kommunen",
            nn="Eigen gjennomgang av resultata saman med kommunen",
        )
        replacement = ReplaceUnit(code=code, arrangement=own, occurred_on=course.starts_on)
        await then(f"own-{code}", "replacements", replacement)
    last_day = course.starts_on + timedelta(course.days - 1)
    await then("hold", "hold", OnDate(occurred_on=last_day))
    if course.came:
        await then("attend", "attendance", RecordAttendance(unit_codes=tuple(course.came), occurred_on=last_day))
    await then("close", "close", OnDate(occurred_on=last_day + timedelta(7)))


def courses(region: Region, partners: dict[str, Partner], governors: dict[str, UUID]) -> list[Course]:
    """Everything that KoRus-Nord does in the example's 2016."""
    return [
        *_training(region, partners["korfor"]),
        *_seminars(region, partners["napha"], governors),
        *_interviewing(region),
        Course(
            "annual-conference",
            Text(nb="Årskonferansen «Te ka slags nøtte?»", nn="Årskonferansen «Te ka slags nøtte?»"),
            ActivityKind.conference,
            "annual_conference",
            date(2016, 9, 27),
            days=2,
            county="18",
            planned_activity="M1-A01",
            invited=region.all,
            came=region.attending[:25],
        ),
        Course(
            "overdose-conference",
            Text(
                nb="Fagkonferanse om helse ved alvorlig rusproblem", nn="Fagkonferanse om helse ved alvorleg rusproblem"
            ),
            ActivityKind.conference,
            "overdose",
            date(2017, 3, 14),
            days=2,
            county="18",
            planned_activity="B1-A05",
            held=False,
        ),
    ]


def _training(region: Region, korfor: Partner) -> list[Course]:
    """Three days on site, two in Nordland and one in Troms; Finnmark and some others by video."""
    title = Text(nb="Opplæringsdag i BrukerPlan", nn="Opplæringsdag i BrukerPlan")
    nordland, troms = region.of("18"), region.of("19")
    by_video = (*region.of("20"), *nordland[-3:], *troms[-2:])
    on_site = (nordland[:20], nordland[20:-3], troms[:-2])
    places = (("18", date(2016, 5, 10)), ("18", date(2016, 5, 11)), ("19", date(2016, 5, 19)))
    days = [
        Course(
            f"training-{number}",
            title,
            ActivityKind.training_day,
            "brukerplan",
            day,
            series="brukerplan_training",
            county=county,
            planned_activity="B2-A02",
            invited=invited,
            came=[code for code in invited if code in region.attending][:9],
            partners=(korfor,),
        )
        for number, (invited, (county, day)) in enumerate(zip(on_site, places, strict=True))
    ]
    video = Course(
        "training-video",
        Text(nb="Opplæring i BrukerPlan på video", nn="Opplæring i BrukerPlan på video"),
        ActivityKind.training_day,
        "brukerplan",
        date(2016, 6, 7),
        series="brukerplan_training",
        mode=Mode.remote,
        planned_activity="B2-A03",
        invited=by_video,
        came=[code for code in by_video if code in region.attending][:6],
        partners=(korfor,),
    )
    return [*days, video]


def _seminars(region: Region, napha: Partner, governors: dict[str, UUID]) -> list[Course]:
    """Five days with NAPHA on the results: the two biggest get arrangements of their own, the governors are guests."""
    mapped = [code for code in region.all[:50] if code not in BIG]
    nordland, troms, finnmark = ([code for code in mapped if region.county_of[code] == of] for of in ("18", "19", "20"))
    days = (
        ("18", date(2016, 8, 30), nordland[::2], (BODO,)),
        ("18", date(2016, 8, 31), nordland[1::2], ()),
        ("19", date(2016, 9, 6), troms, (TROMSO,)),
        ("20", date(2016, 9, 13), finnmark[::2], ()),
        ("20", date(2016, 9, 14), finnmark[1::2], ()),
    )
    return [
        Course(
            f"seminar-{number}",
            Text(nb="Seminardag om resultatene fra BrukerPlan", nn="Seminardag om resultata frå BrukerPlan"),
            ActivityKind.seminar_day,
            "brukerplan",
            day,
            series="brukerplan_seminars",
            county=county,
            planned_activity="B2-A06",
            invited=invited,
            came=[code for code in invited if code in region.attending][:8],
            excepted=excepted,
            guests=(governors[county],),
            partners=(napha,),
        )
        for number, (county, day, invited, excepted) in enumerate(days)
    ]


def _interviewing(region: Region) -> list[Course]:
    """Motivational interviewing: an introductory course of two days and an advanced one in each county."""
    introductory = Text(nb="Innføringskurs i motiverende intervju", nn="Innføringskurs i motiverande intervju")
    advanced = Text(nb="Fordypningskurs i motiverende intervju", nn="Fordjupingskurs i motiverande intervju")
    plan = (
        ("introductory", introductory, 2, date(2016, 4, 26), "B5-A08"),
        ("advanced", advanced, 1, date(2016, 10, 18), "B5-A09"),
    )
    return [
        Course(
            f"mi-{name}-{county}",
            title,
            ActivityKind.course,
            "motivational_interviewing",
            first + timedelta(7 * week),
            series=f"mi_{name}",
            days=days,
            county=county,
            planned_activity=planned,
            invited=region.of(county),
            came=[code for code in region.of(county) if code in region.attending],
        )
        for name, title, days, first, planned in plan
        for week, county in enumerate(("18", "19", "20"))
    ]
