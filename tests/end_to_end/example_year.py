"""What happened in the worked example's 2016, worked out from its commands alone and by plain counting.

Dates are ISO text, which sorts as the days do. Nothing here is asked of the product.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from tests.end_to_end.installation import REGION

FIRST_DAY, LAST_DAY = "2016-01-01", "2016-12-31"
ID_NAMES = {
    "mappings": "mapping_id",
    "awareness": "awareness_id",
    "activities": "activity_id",
    "offers": "offer_id",
    "programmes": "programme_id",
    "schemes": "scheme_id",
    "award-proposals": "proposal_id",
    "plans": "plan_id",
    "dispatches": "dispatch_id",
    "programme-memberships": "programme_membership_id",
}


@dataclass
class Thing:
    """Something that a command made, and every step that was taken with it."""

    body: dict[str, Any]
    steps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, verb: str, day: str = "9999") -> Iterator[dict[str, Any]]:
        """The steps of a kind that were taken by the day."""
        return (body for taken, body in self.steps if taken == verb and body["occurred_on"] <= day)

    def is_done(self, verb: str, day: str, since: str = "") -> bool:
        """Whether the step was taken between the days."""
        return any(since <= body["occurred_on"] for body in self.of(verb, day))


class Year:
    """Listens where the API would be, and answers every command with a thing of a new id."""

    def __init__(self) -> None:
        self._things: dict[str, dict[str, Thing]] = defaultdict(dict)
        self._ids = (str(UUID(int=number)) for number in count(1))

    def hear(self, request: httpx.Request) -> httpx.Response:
        """One command."""
        kind, *rest = request.url.path.removeprefix("/api/v1/").split("/")
        body = json.loads(request.content)
        if kind == "schemes" and rest:
            kind, body, rest = "award-proposals", {**body, "scheme_id": rest[0]}, []
        if rest:
            self._things[kind][rest[0]].steps.append(("/".join(rest[1:]), body))
            return httpx.Response(200, json={}, headers={"ETag": '"1"'})
        made = {**body, ID_NAMES[kind]: self._new(kind, body), "digest": "0" * 64}
        if kind == "dispatches":
            letters = [{**body, "channel": "letter", "unit_code": code} for code in body["unit_codes"]]
            made["awareness"] = [
                {"unit_code": each["unit_code"], "awareness_id": self._new("awareness", each)} for each in letters
            ]
        return httpx.Response(201, json=made)

    def _new(self, kind: str, body: dict[str, Any]) -> str:
        made = next(self._ids)
        self._things[kind][made] = Thing(body)
        return made

    def all(self, kind: str) -> Iterable[Thing]:
        """Every thing of a kind."""
        return self._things[kind].values()

    def expected(self, day: str) -> dict[str, tuple[int, int | None]]:
        """The numerator and denominator of every indicator as of a day on which the plan is adopted."""
        distinct, own = _plan(self)
        return {
            "brukerplan_coverage": (len(self.surveyed("brukerplan", "2015-01-01", day)), 87),
            "ungdata_coverage": (len(self.surveyed("ungdata", "2010-01-01", day)), 87),
            "ungdata_upper_secondary": (len(self.surveyed("ungdata_upper_secondary", "2010-01-01", day)), 3),
            "awareness": (len(self.informed(day)), 87),
            "majority_over_time": (len(self.reached(day)), 87),
            "focus_municipalities": (0, None),  # the example designates none
            "planned_against_held": (len(self.carried_out(day) & own), len(own)),
            "activities_per_level": (len(self.held(day)), None),
            "brukerplan_training": (self.days("brukerplan_training", day, mode="onsite"), None),
            "brukerplan_seminars": (self.days("brukerplan_seminars", day), None),
            "mi_courses": (len(self.held(day, "mi_introductory")) + len(self.held(day, "mi_advanced")), None),
            "co_organised": self.co_organised(day),
            "awarded_per_scheme": (sum(each.body["amount_ore"] for each in self.awarded(day)), None),
            # The example names no municipality with overdose problems: it would say so of a real one.
            "overdose_begun": (0, None),
            "plan_counts": (len(own), len(distinct)),
        }

    def surveyed(self, tool: str, since: str, day: str) -> set[str]:
        """Where the tool was completed from a day on, once or more."""
        return {
            each.body.get("unit_code") or each.body["county_code"]
            for each in self.all("mappings")
            if each.body["tool"] == tool and each.is_done("complete", min(day, LAST_DAY), since)
        }

    def forecast(self, day: str) -> set[str]:
        """Where Ungdata was completed, and where it is agreed to for the year."""
        agreed = {
            each.body["unit_code"]
            for each in self.all("mappings")
            if each.body["tool"] == "ungdata" and each.body["year"] == 2016 and each.is_done("agree", day)
        }
        return agreed | self.surveyed("ungdata", "2010-01-01", day)

    def informed(self, day: str, channel: str = "") -> set[str]:
        """Who was told this year, by any channel or by one."""
        return {
            each.body["unit_code"]
            for each in self.all("awareness")
            if FIRST_DAY <= each.body["occurred_on"] <= day
            and channel in ("", each.body["channel"])
            and not each.is_done("bounce", day)
        }

    def held(self, day: str, series: str = "") -> list[Thing]:
        """The year's activities that were held by the day."""
        return [
            each
            for each in self.all("activities")
            if each.is_done("hold", day)
            and each.body["starts_on"] <= LAST_DAY
            and series in ("", each.body.get("series", ""))
        ]

    def days(self, series: str, day: str, mode: str = "") -> int:
        """Course days of a series."""
        return sum(each.body["days"] for each in self.held(day, series) if mode in ("", each.body["mode"]))

    def invited(self, series: str, day: str) -> set[str]:
        """Whom a series was offered to."""
        activities = (each for each in self.all("activities") if each.body.get("series") == series)
        return {code for each in activities for body in each.of("invitations", day) for code in body["unit_codes"]}

    def reached(self, day: str) -> set[str]:
        """Who came to something, got an arrangement of its own, or was awarded a grant."""
        came = {code for each in self.held(day) for body in each.of("attendance", day) for code in body["unit_codes"]}
        own = {body["code"] for each in self.all("activities") for body in each.of("replacements", day)}
        return (came | own | {each.body["unit_code"] for each in self.awarded(day)}) & set(REGION.all)

    def awarded(self, day: str) -> list[Thing]:
        """The awards that a second person has approved."""
        return [each for each in self.all("award-proposals") if each.is_done("approve", day)]

    def co_organised(self, day: str, lead_id: str = "") -> tuple[int, int]:
        """The lead's offers that others carry too, and all of them. The example's first offer is KoRus-Nord's."""
        lead_id = lead_id or next(iter(self.all("offers"))).body["lead_id"]
        offers = [
            each for each in self.all("offers") if each.body["lead_id"] == lead_id and each.is_done("publish", day)
        ]
        shared = [each for each in offers if any(body["accept"] for body in each.of("co-organisers/answer", day))]
        return len(shared), len(offers)

    def carried_out(self, day: str) -> set[str]:
        """The planned activities that something was held for, each by the code that is counted."""
        (plan,) = self.all("plans")
        counted = {each["id"]: each.get("duplicate_of") or each["id"] for each in activities_of(plan.body)}
        codes = (each.body.get("planned_activity_code") for each in self.held(day))
        return {counted[code] for code in codes if code}


def activities_of(file: dict[str, Any]) -> list[dict[str, Any]]:
    """Every planned activity of a plan's file."""
    return [each for area in file["areas"] for assignment in area["assignments"] for each in assignment["activities"]]


def _plan(year: Year) -> tuple[set[str], set[str]]:
    """The codes of the plan's distinct activities, and of those that the centre leads itself."""
    (plan,) = year.all("plans")
    distinct = [each for each in activities_of(plan.body) if not each.get("duplicate_of")]
    publisher = plan.body["source"]["publisher"]
    return {each["id"] for each in distinct}, {each["id"] for each in distinct if each["lead"] == publisher}
