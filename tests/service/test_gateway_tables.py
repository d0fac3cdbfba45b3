"""Tables through the partners' API: larger bodies than others come in, and files go out."""

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.contracts.tables import CSV, MOST_BYTES, XLSX
from services.kernel.clock import FixedClock
from services.kernel.edge import BODY_LIMIT
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.tables import a_csv, rows_of, surveys


@pytest.fixture
async def house(sqlite_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(sqlite_database, clock, tmp_path) as house:
        yield house


async def sent(client: httpx.AsyncClient, body: bytes, media_type: str = CSV, path: str = "/import") -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": media_type}
    return await client.post(f"/api/v1/mappings{path}", content=body, headers=headers)


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"].removeprefix("urn:samla:problem:"))


async def test_a_table_comes_through_though_it_is_larger_than_other_bodies(house: GatewayHouse):
    table = a_csv(*surveys(9_000))
    assert len(table) > BODY_LIMIT
    async with await house.partner() as client:
        tried = await sent(client, table)
        assert (tried.status_code, tried.json()["rows"], tried.json()["stored"]) == (200, 9_000, False)
        refused = await sent(client, table, path="/import?dry_run=false")
        assert (refused.status_code, slug(refused)) == (422, "wrong-cells")
        assert refused.json()["errors"] == tried.json()["errors"]
        assert refused.json()["errors"][0] == {
            "cell": "A2",
            "row": 2,
            "column": 1,
            "field": "centre",
            "code": "unknown-centre",
            "detail": "Dette er ikke et kjent kompetansesenter.",
        }
        elsewhere = await sent(client, table, path="")
        assert (elsewhere.status_code, elsewhere.json()["most_bytes"]) == (413, BODY_LIMIT)
        too_large = await sent(client, b" " * (MOST_BYTES + 1))
        assert (too_large.status_code, too_large.json()["most_bytes"]) == (413, MOST_BYTES)


async def test_what_is_said_of_a_file_is_said_in_the_readers_language(house: GatewayHouse):
    async with await house.partner() as client:
        client.headers["Accept-Language"] = "nn"
        refused = await sent(client, "år;Tromsø".encode("latin-1"))
        assert (refused.status_code, slug(refused)) == (400, "not-utf-8")
        assert refused.json()["detail"] == "Linje 1 kan ikkje lesast. Lagre fila på nytt som CSV UTF-8."
        refused = await sent(client, b"{}", "application/json")
        assert (refused.status_code, slug(refused), refused.json()["allowed"]) == (415, "not-a-table", [CSV, XLSX])
        tried = await sent(client, a_csv(*surveys(1)))
        assert tried.json()["errors"][0]["detail"] == "Dette er ikkje eit kjent kompetansesenter."


async def test_an_export_comes_as_a_file_with_a_name(house: GatewayHouse):
    async with house.anyone() as anyone:
        for ending, media_type in (("csv", CSV), ("xlsx", XLSX)):
            file = await anyone.get(f"/api/v1/mappings.{ending}", params={"year": 2015})
            assert file.headers["content-type"].partition(";")[0] == media_type
            assert file.headers["content-disposition"] == f'attachment; filename="mappings.{ending}"'
            assert len(rows_of(file.content)) == 1
        assert (await anyone.get("/api/v1/mappings/import-template.csv")).status_code == 401
        assert (await anyone.get("/api/v1/mappings.csv", params={"colour": "red"})).status_code == 400
    async with await house.partner() as client:
        template = await client.get("/api/v1/mappings/import-template.csv")
        assert len(rows_of(template.content)) == 1
