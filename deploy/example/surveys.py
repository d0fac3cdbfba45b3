"""BrukerPlan and Ungdata: what was completed, agreed and planned (stories ST-03, ST-04 and ST-05)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from deploy.example.caller import Caller
from deploy.example.places import Region
from services.contracts.registry import InviteMapping, MappingTool, MoveMapping

SOURCE = "example"


async def send_surveys(editor: Caller, centre_id: UUID, region: Region) -> None:
    """All mappings of the example, oldest first."""
    surveys = _Surveys(editor, centre_id)
    await surveys.brukerplan(region)
    await surveys.ungdata(region)
    await surveys.upper_secondary()


class _Surveys:
    def __init__(self, editor: Caller, centre_id: UUID) -> None:
        self._editor, self._centre_id = editor, centre_id

    async def brukerplan(self, region: Region) -> None:
        """44 completed in 2015–2016, and 6 others in 2014 only."""
        for code, day in zip(region.all[44:50], _spread(date(2014, 3, 3), 45), strict=False):
            await self._run(MappingTool.brukerplan, code, 2014, day)
        for code, day in zip(region.all[:30], _spread(date(2015, 2, 2), 10), strict=False):
            await self._run(MappingTool.brukerplan, code, 2015, day)
        for code, day in zip(region.all[30:44], _spread(date(2016, 1, 18), 22), strict=False):
            await self._run(MappingTool.brukerplan, code, 2016, day)

    async def ungdata(self, region: Region) -> None:
        """51 have run it before 2016; 20 agree in January, 10 of them for the first time, and 5 repeats come later."""
        before, never = region.all[:51], region.all[51:]
        for number, (code, day) in enumerate(zip(before, _spread(date(2013, 5, 6), 18), strict=False)):
            await self._run(MappingTool.ungdata, code, day.year, day, step=f"ungdata-{number}")
        for code, day in zip((*never[:10], *before[10:20]), _spread(date(2016, 1, 4), 1), strict=False):
            await self._agree(code, day, "january")
        for code, day in zip(before[30:35], _spread(date(2016, 2, 15), 3), strict=False):
            await self._agree(code, day, "later")

    async def upper_secondary(self) -> None:
        """Rounds of the county authorities: one each by 2015, Nordland again in 2016, Finnmark planned for 2017."""
        rounds = (
            ("18", date(2013, 4, 15)),
            ("20", date(2014, 4, 14)),
            ("19", date(2015, 4, 13)),
            ("18", date(2016, 4, 4)),
        )
        for county, completed_on in rounds:
            step = f"upper-secondary-{county}-{completed_on.year}"
            mapping = await self._invited(
                step,
                MappingTool.ungdata_upper_secondary,
                completed_on.year,
                completed_on - timedelta(90),
                county=county,
            )
            await self._move(step, mapping, "agree", completed_on - timedelta(60))
            await self._move(step, mapping, "complete", completed_on)
        mapping = await self._invited(
            "upper-secondary-20-2017", MappingTool.ungdata_upper_secondary, 2017, date(2016, 9, 12), county="20"
        )
        await self._move("upper-secondary-20-2017", mapping, "agree", date(2016, 10, 17))

    async def _run(self, tool: MappingTool, code: str, year: int, completed_on: date, step: str = "") -> None:
        step = step or f"{tool}-{code}-{year}"
        mapping = await self._invited(step, tool, year, completed_on - timedelta(90), unit=code)
        await self._move(step, mapping, "agree", completed_on - timedelta(60))
        await self._move(step, mapping, "complete", completed_on)

    async def _agree(self, code: str, agreed_on: date, when: str) -> None:
        step = f"ungdata-{code}-2016-{when}"
        mapping = await self._invited(step, MappingTool.ungdata, 2016, agreed_on - timedelta(30), unit=code)
        await self._move(step, mapping, "agree", agreed_on)

    async def _invited(
        self,
        step: str,
        tool: MappingTool,
        year: int,
        invited_on: date,
        *,
        unit: str | None = None,
        county: str | None = None,
    ) -> str:
        command = InviteMapping(
            tool=tool,
            unit_code=unit,
            county_code=county,
            year=year,
            centre_id=self._centre_id,
            occurred_on=invited_on,
            source=SOURCE,
        )
        answer = await self._editor.post(f"{step}-invite", "/mappings", command)
        return f"/mappings/{answer['mapping_id']}"

    async def _move(self, step: str, mapping: str, verb: str, occurred_on: date) -> None:
        await self._editor.post(
            f"{step}-{verb}", f"{mapping}/{verb}", MoveMapping(occurred_on=occurred_on), about=mapping
        )


def _spread(first: date, every_days: int) -> Sequence[date]:
    """Dates at an even distance, from the first on."""
    return [first + timedelta(days=every_days * number) for number in range(60)]
