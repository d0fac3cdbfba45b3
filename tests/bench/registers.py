"""What a page of a long register costs: of contacts, where it is kept who has read it, and of agreements.

Against its bare query behind the same app and authorisation, which reads the same address and leaves the same trace,
answered by constant bytes.
"""

import contextlib
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Response

from deploy.reference_load import load_reference
from services.contracts.access import Scope
from services.contracts.registry import UnitKind
from services.contracts.registry.agreement_requests import DraftAgreement
from services.contracts.registry.contact_requests import RegisterContact
from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.bulk import insert_rows
from services.kernel.database import Database
from services.kernel.paging import Page
from services.kernel.transaction import Transaction
from services.kernel.web import App, Read, Routes, by_token, create_app
from services.registry.api.agreements import Wanted as WantedAgreements
from services.registry.api.contacts import Wanted as WantedContacts
from services.registry.api.logged_reads import LoggedRead
from services.registry.commands import register_contacts
from services.registry.commands.agreement_imports import draft_all
from services.registry.commands.contact_looks import ONCE_MORE
from services.registry.domain.agreements import drafted
from services.registry.queries import organisations_by_reference, units
from services.registry.service import registry
from services.registry.tables.agreements import AGREEMENTS
from services.registry.tables.contacts import CONTACT_LOOKS, CONTACTS
from tests.bench.house import ask, rate_of
from tests.bench.ratios import Ratio, interleaved
from tests.bench.stage import CLOCK
from tests.postgres import PostgresServer

HELD = {"contacts": 20_000, "agreements": 5_000}
PAGE = 50
"""As long as a page is where nobody says otherwise."""
READS = 200
DAY = date(2016, 4, 8)
CENTRES = ("korus-nord", "korus-midt")
IDS = {"contacts": CONTACTS.c.contact_id, "agreements": AGREEMENTS.c.agreement_id}

AFTER = sa.bindparam("after", type_=sa.Uuid())
CONTACTS_BARE = sa.text(
    "SELECT contact.*, contact_person.*, contact_role.* FROM contact_person "
    "JOIN contact ON contact.contact_id = contact_person.contact_id "
    "LEFT JOIN contact_role ON contact_role.contact_id = contact.contact_id WHERE contact.contact_id IN "
    "(SELECT contact_id FROM contact_person WHERE contact_id > :after ORDER BY contact_id LIMIT 51) "
    "ORDER BY contact.contact_id, contact_role.valid_from, contact_role.role"
).bindparams(AFTER)
AGREEMENTS_BARE = sa.text(
    "SELECT CAST(state AS TEXT) FROM agreement WHERE agreement_id > :after ORDER BY agreement_id LIMIT 51"
).bindparams(AFTER)


@dataclass(frozen=True)
class Desk:
    """The registry, what stands beside it, and a token of an editor for a minute."""

    registry: App
    beside: App
    token: Callable[[], bytes]
    pages: Mapping[str, Sequence[UUID]]
    """The ids that stand before the pages of each list."""


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """One line for each register on each database."""
    base = "its bare query behind the same app, authorisation and read log"
    found = []
    for kind in ("sqlite", "postgres"):
        async with desk(kind, postgres) as at:
            for name, number in HELD.items():
                found.append(Ratio(f"a page of {number} {name}, {kind}", base, await _page(at, name), 0.5))
    return found


async def _page(at: Desk, name: str) -> float:
    """The pages in turn, whole and bare."""

    async def rate(app: App) -> float:
        headers, addresses = [(b"authorization", at.token())], cycle(map(_after, at.pages[name]))

        async def once(_turn: int) -> None:
            status, body = await ask(app, "GET", f"/{name}", query=next(addresses), headers=headers)
            assert status == 200, body

        return await rate_of(once, READS)

    return await interleaved(lambda: rate(at.registry), lambda: rate(at.beside), rounds=5)


def _after(before: UUID) -> bytes:
    return b"after=" + urlsafe_b64encode(str(before).encode()).rstrip(b"=")


@contextlib.asynccontextmanager
async def desk(kind: str, postgres: PostgresServer) -> AsyncIterator[Desk]:
    """A registry with long lists in it. Nothing relays what it tells, so that only the reads are measured."""
    async with contextlib.AsyncExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            url = f"sqlite:///{folder}/registry.db"
        else:
            url = await stack.enter_async_context(postgres.database())
        database = Database(url, registry.name, metadata=registry.metadata, refusals=registry.refusals)
        stack.push_async_callback(database.close)
        await database.transact(registry.metadata.create_all)
        await load_reference(database)
        editor = Principal("bench", (await database.read(_centres))[0], frozenset(("ED",)), "bench")
        await database.write(_fill, principal=replace(editor, scope=Scope.own))
        private, public = new_keys()
        signer, verifier = TokenSigner(private, CLOCK), TokenVerifier([public], CLOCK)
        whole = _app(database, verifier, registry.routes)
        pages = {name: await database.read(_before_pages, column) for name, column in IDS.items()}

        def token() -> bytes:
            return b"Bearer " + signer.mint(editor).encode()

        answers = {}
        for name, before in pages.items():
            headers = [(b"authorization", token())]
            _, answers[name] = await ask(whole, "GET", f"/{name}", query=_after(before[0]), headers=headers)
        yield Desk(whole, _app(database, verifier, _bare(answers)), token, pages)


def _app(database: Database, verifier: TokenVerifier, routes: Routes) -> App:
    return create_app(
        registry.name, [routes], database=database, authenticate=by_token(verifier), idempotency_secret=b"bench"
    )


def _bare(answers: Mapping[str, bytes]) -> Routes:
    """The lists, where what is asked of the database is all that is done, with answers that are written already."""
    routes = Routes()

    @routes.get("/contacts", action="read_contacts")
    async def contacts(look: LoggedRead, page: Page, _wanted: WantedContacts) -> Response:
        await look(_look, page.after_id)
        return Response(answers["contacts"], media_type="application/json")

    @routes.get("/agreements", action="read_register")
    async def agreements(read: Read, page: Page, _wanted: WantedAgreements) -> Response:
        assert await read(_rows, AGREEMENTS_BARE, page.after_id)
        return Response(answers["agreements"], media_type="application/json")

    return routes


def _look(tx: Transaction, after: UUID | None) -> None:
    ids = dict.fromkeys(row.contact_id for row in _rows(tx.connection, CONTACTS_BARE, after))
    shown = [UUID(str(each)) for each in list(ids)[:PAGE]]
    tx.audit("contacts/page", filter={}, contacts=[str(each) for each in shown])
    reader = str(tx.principal.organisation_id)
    looks = [{"contact_id": each, "looked_on": tx.today, "reader": reader, "times": 1} for each in shown]
    insert_rows(tx.connection, CONTACT_LOOKS, looks, ONCE_MORE)


def _rows(connection: sa.Connection, bare: sa.TextClause, after: UUID | None) -> Sequence[sa.Row[Any]]:
    return connection.execute(bare, {"after": after}).all()


def _before_pages(connection: sa.Connection, column: sa.ColumnElement[UUID]) -> Sequence[UUID]:
    """The last id of each page but the last two, of which one may be short."""
    return connection.execute(sa.select(column).order_by(column)).scalars().all()[PAGE - 1 : -2 * PAGE : PAGE]


def _centres(connection: sa.Connection) -> Sequence[UUID]:
    found = organisations_by_reference(connection, CENTRES)
    return [found[name].organisation_id for name in CENTRES]


def _fill(tx: Transaction) -> None:
    """Contacts in every municipality, and agreements between two centres with what agreements have in them."""
    codes = [each.code for each in units(tx.connection, DAY, UnitKind.municipality)]
    register_contacts(tx, [_contact(codes[number % len(codes)], number) for number in range(HELD["contacts"])])
    centres = _centres(tx.connection)
    drafts = (_agreement(centres, codes[number % len(codes)], number) for number in range(HELD["agreements"]))
    draft_all(tx, [drafted(each, tx.new_id(), tx.new_id) for each in drafts])


def _contact(code: str, number: int) -> RegisterContact:
    return RegisterContact.model_validate(
        {
            "unit_code": code,
            "name": f"Kontakt nummer {number}",
            "email": f"kontakt.{number}@kommune.example",
            "phone": "+47 77 00 00 00",
            "language": "nb",
            "source": "kommunens egne sider",
            "lawful_basis": "public_task",
            "roles": [{"role": "public_health_coordinator", "valid_from": DAY}],
            "occurred_on": DAY,
        }
    )


def _agreement(centres: Sequence[UUID], code: str, number: int) -> DraftAgreement:
    parties = [{"kind": "organisation", "party_id": each} for each in centres]
    text = {"nb": "Partene kartlegger og følger opp", "nn": "Partane kartlegg og følgjer opp"}
    promise = {"text": text, "due_on": date(2017, 6, 1), "evidence_kind": "survey", "responsible": parties[0]}
    return DraftAgreement.model_validate(
        {
            "kind": "cooperation",
            "centre_id": centres[0],
            "parties": parties,
            "title": {"nb": f"Avtale {number}", "nn": f"Avtale {number}"},
            "scope": text,
            "unit_codes": [code],
            "commitments": [promise] * 3,
            "revise_by": date(2017, 12, 31),
            "source": f"2016/{number}",
            "occurred_on": DAY,
        }
    )
