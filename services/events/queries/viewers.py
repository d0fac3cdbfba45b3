"""Who sees what is only drafted, planned or prepared: the lead, whoever shares in it, national coordinators."""

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

    def may_see(self, things: sa.Table, shares: sa.ColumnElement[bool], *, shown_since: str) -> sa.ColumnElement[bool]:
        """The condition on rows of ``things``: made known on ``shown_since``, or the viewer's own affair.

        ``shares`` holds where the viewer's organisation has a part in the thing without leading it.
        """
        shown = things.c[shown_since].is_not(None)
        if self.sees_all:
            return sa.true()
        if self.organisation_id is None:
            return shown
        return sa.or_(shown, things.c.lead_id == self.organisation_id, shares)

    def carries(self, things: sa.Table, co_organisers: sa.Table) -> sa.ColumnElement[bool]:
        """The condition on rows of ``things``: the viewer is asked to carry it with the lead, and has not said no."""
        (key,) = things.primary_key.columns
        asked = co_organisers.c
        return sa.exists().where(
            asked[key.name] == key,
            asked.organisation_id == self.organisation_id,
            asked.status != CoOrganiserStatus.declined,
        )
