"""Mails about agreements, made when they are sent: to whom, in which language, and whether there is still cause."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import OrganisationKind, Unit
from services.contracts.registry.agreements import Agreement, Party, PartyKind
from services.kernel.effects import Effect
from services.kernel.mail import Mail
from services.registry.domain.agreement_notices import language_for, occasion_of, written
from services.registry.domain.validity import codes_on
from services.registry.queries.places import geography
from services.registry.queries.standing import standing_for
from services.registry.tables.agreements import AGREEMENTS
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import GROUPS

BODY = ORGANISATIONS.c


def agreement_notice(connection: sa.Connection, effect: Effect) -> Mail | None:
    """The mail to a party's official mailbox; nothing where it has none, or where there is nothing to tell any more."""
    state = connection.execute(
        sa.select(AGREEMENTS.c.state).where(AGREEMENTS.c.agreement_id == UUID(effect.facts["agreement_id"]))
    ).scalar()
    on = date.fromisoformat(effect.facts["on"])
    recipient = _body(connection, UUID(effect.recipient.partition("/")[2]), on)
    if state is None or recipient is None or recipient.official_mailbox is None:
        return None
    commitment_id, since = effect.facts.get("commitment_id"), effect.facts.get("since")
    occasion = occasion_of(
        effect.kind,
        Agreement.model_validate(state),
        UUID(commitment_id) if commitment_id else None,
        date.fromisoformat(effect.facts["day"]),
        date.fromisoformat(since) if since else None,
    )
    if occasion is None:
        return None
    language = language_for(_unit(connection, recipient, on), on, occasion.title)
    responsible = _name(connection, occasion.responsible) if occasion.responsible is not None else ""
    subject, text = written(effect.kind, occasion, language, responsible)
    return Mail(recipient.official_mailbox, subject, text, language)


def _body(connection: sa.Connection, organisation_id: UUID, on: date) -> sa.Row[tuple[object, ...]] | None:
    """The organisation, or who stands for it."""
    (its_id,) = standing_for(connection, (organisation_id,), on).values()
    chosen = sa.select(BODY.kind, BODY.unit_code, BODY.official_mailbox)
    return connection.execute(chosen.where(BODY.organisation_id == its_id)).one_or_none()


def _unit(connection: sa.Connection, body: sa.Row[tuple[object, ...]], on: date) -> Unit | None:
    """The municipality that the body is the body of, as it is on the date."""
    if body.kind != OrganisationKind.municipality or body.unit_code is None:
        return None
    country = geography(connection)
    codes = codes_on(country, body.unit_code, on)
    return country.units[next(iter(codes))] if len(codes) == 1 else None


def _name(connection: sa.Connection, party: Party) -> str:
    table, key = (GROUPS, GROUPS.c.group_id) if party.kind is PartyKind.group else (ORGANISATIONS, BODY.organisation_id)
    name: str | None = connection.execute(sa.select(table.c.name).where(key == party.party_id)).scalar()
    return name or ""
