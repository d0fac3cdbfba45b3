"""Who sees what is only drafted or planned: the lead, whoever is asked and has not said no, national coordinators."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import CoOrganiserStatus
from services.kernel.access import Principal


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes a query reads with."""

    organisation_id: UUID | None
    sees_all: bool

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The caller's eyes. National coordinators may publish every offer, so they read every draft."""
        return cls(principal.organisation_id, sees_all="KOO" in principal.roles)

    def may_see(self, things: sa.Table, co_organisers: sa.Table, *, shown_since: str) -> sa.ColumnElement[bool]:
        """The condition on rows of ``things``: made known on ``shown_since``, or the viewer's own affair."""
        shown = things.c[shown_since].is_not(None)
        if self.sees_all:
            return sa.true()
        if self.organisation_id is None:
            return shown
        (key,) = things.primary_key.columns
        asked = co_organisers.c
        carries = sa.exists().where(
            asked[key.name] == key,
            asked.organisation_id == self.organisation_id,
            asked.status != CoOrganiserStatus.declined,
        )
        return sa.or_(shown, things.c.lead_id == self.organisation_id, carries)
