"""The directory of services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.service_links import OwnerLevel, Pillar, ServiceLink, ServiceLinkMessage, ServiceType
from services.registry.queries.rows import Condition, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables.service_links import SERVICE_LINKS

KEY = SERVICE_LINKS.c.service_link_id


@dataclass(frozen=True, slots=True)
class ServiceLinkFilter:
    """Which services; empty fields do not narrow. What was taken out is in no list."""

    unit_code: str | None = None
    owner_level: OwnerLevel | None = None
    service_type: ServiceType | None = None
    pillar: Pillar | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        yield SERVICE_LINKS.c.removed_on.is_(None)
        for column in ("unit_code", "owner_level", "service_type", "pillar"):
            if (value := getattr(self, column)) is not None:
                yield SERVICE_LINKS.c[column] == value


def service_links(
    connection: sa.Connection, wanted: ServiceLinkFilter, limit: int, after: UUID | None
) -> Sequence[ServiceLink]:
    """At most ``limit`` services in the order they were entered, from behind ``after``."""
    rows = page_of(connection, SERVICE_LINKS, KEY, wanted.conditions(), limit, after)
    return [ServiceLink.model_validate(row) for row in rows]


def service_link(connection: sa.Connection, service_link_id: UUID) -> tuple[ServiceLink, int]:
    """One service and its newest version. One that was taken out says so.

    Raises:
        NotFound: there is none.
    """
    is_this = SERVICE_LINKS.c.service_link_id == service_link_id
    row = only(page_of(connection, SERVICE_LINKS, KEY, [is_this], 1, None))
    return ServiceLink.model_validate(row), newest_version(connection, ServiceLinkMessage.aggregate, service_link_id)
