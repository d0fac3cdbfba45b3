"""A part that only these tests know: it invites to mappings, as the registry does, in a few lines."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request, Response
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.contracts.registry import (
    InviteMapping,
    Mapping,
    MappingCompleted,
    MappingInvited,
    MappingMessage,
    MappingStatus,
    MappingTool,
    MoveMapping,
)
from services.kernel.plumbing import service_metadata
from services.kernel.problems import NotFound
from services.kernel.service import Service
from services.kernel.transaction import Transaction
from services.kernel.web import Caller, Page, Read, Routes, Write


class InvitationsTable(SQLModel, registry=registry(metadata=service_metadata())):
    """The base of this part's tables."""


class InvitationRow(InvitationsTable, table=True):
    """One invited municipality."""

    __tablename__ = "invitation"

    mapping_id: UUID = Field(primary_key=True)
    unit_code: str
    centre_id: UUID
    year: int
    status: str

    def public(self, occurred_on: date) -> Mapping:
        return Mapping(
            mapping_id=self.mapping_id,
            tool=MappingTool.brukerplan,
            unit_code=self.unit_code,
            year=self.year,
            sequence=1,
            centre_id=self.centre_id,
            status=MappingStatus(self.status),
            invited_on=occurred_on,
        )


def invite(tx: Transaction, command: InviteMapping) -> Mapping:
    tx.own(command.centre_id)
    return invite_without_asking(tx, command)


def invite_without_asking(tx: Transaction, command: InviteMapping) -> Mapping:
    """A command as it must not be: nobody asks whose the centre is."""
    row = InvitationRow(
        mapping_id=tx.new_id(),
        unit_code=command.unit_code or "",
        centre_id=command.centre_id,
        year=command.year,
        status="invited",
    )
    tx.add(row)
    mapping = row.public(command.occurred_on)
    tx.publish(MappingInvited(occurred_on=command.occurred_on, mapping=mapping))
    return mapping


def complete(tx: Transaction, mapping_id: UUID, command: MoveMapping) -> Mapping:
    row = tx.lock(InvitationRow, mapping_id)
    tx.own(row.centre_id)
    tx.expect("mapping", mapping_id)
    row.status = "completed"
    mapping = row.public(command.occurred_on)
    tx.publish(MappingCompleted(occurred_on=command.occurred_on, mapping=mapping))
    return mapping


def fail(tx: Transaction, command: InviteMapping) -> None:
    invite(tx, command)
    raise RuntimeError(f"a fault of ours, about {command.source}")


def invitation(connection: sa.Connection, mapping_id: UUID) -> Mapping:
    found = connection.execute(sa.text("SELECT * FROM invitation"))
    for row in found:
        if UUID(str(row.mapping_id)) == mapping_id:
            return InvitationRow(**row._mapping).public(date(2016, 1, 1))
    raise NotFound()


def years(connection: sa.Connection, after: str | None, limit: int) -> Sequence[dict[str, Any]]:
    found = connection.execute(
        sa.text("SELECT DISTINCT year FROM invitation WHERE year > :after ORDER BY year LIMIT :limit"),
        {"after": int(after or 0), "limit": limit},
    )
    return [{"year": row.year} for row in found]


routes = Routes()


@routes.post("/mappings", action="write_mapping", status_code=201)
async def post_mapping(request: InviteMapping, write: Write) -> Response:
    return await write(invite, request, location="/mappings/{mapping_id}")


@routes.post("/careless", action="write_mapping", status_code=201)
async def post_careless(request: InviteMapping, write: Write) -> Response:
    return await write(invite_without_asking, request)


@routes.post("/personal", action="write_mapping", status_code=201)
async def post_personal(request: InviteMapping, write: Write) -> Response:
    return await write(invite, request, location="/mappings/{mapping_id}", personal=True)


@routes.post("/broken", action="write_mapping")
async def post_broken(request: InviteMapping, write: Write) -> Response:
    return await write(fail, request)


@routes.post("/mappings/{mapping_id}/report", action="write_mapping", most_bytes=500_000)
async def post_report(mapping_id: UUID, request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@routes.post("/mappings/{mapping_id}/complete", action="write_mapping")
async def post_complete(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    return await write(complete, mapping_id, request)


@routes.get("/mappings/{mapping_id}", action="read_register")
async def get_mapping(mapping_id: UUID, read: Read) -> Mapping:
    return await read(invitation, mapping_id)


@routes.get("/years", action="read_register")
async def get_years(read: Read, page: Page) -> Response:
    return page.of(await read(years, page.after, page.limit), key=lambda item: item["year"])


@routes.get("/me", action="read_contacts")
async def get_me(caller: Caller) -> dict[str, str]:
    return {"subject": caller.subject, "scope": caller.scope.name}


invitations = Service(
    name="invitations",
    metadata=InvitationsTable.metadata,
    routes=routes,
    publishes=(MappingMessage,),
)
