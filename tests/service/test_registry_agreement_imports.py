"""Tables of agreements over HTTP on both databases: drafted all or none, and refused by the cell."""

import asyncio
from typing import Any

import httpx
import pytest

from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.tables import CSV, XLSX
from services.kernel import edge
from services.registry.domain.spreadsheets import archives
from tests.service.registry_agreements import DOCUMENT, Cast, slug
from tests.service.registry_house import Caller
from tests.statements import statements
from tests.tables import a_csv, a_workbook, with_entry
from tests.unit.test_identity_numbers import ORDINARY

HEADINGS = AGREEMENTS.headings
IMPORT, STORE = "/agreements/import", "/agreements/import?dry_run=false"
TOLD = {"stored": False, "rows": 1, "new": 0, "held": 0, "wrong_cells": 0, "errors": []}
NO_COMMITMENT = dict.fromkeys(("commitment_nb", "due_on", "evidence_kind", "responsible"), "")


@pytest.fixture
async def cast(cast: Cast) -> Cast:
    """The same, and two municipalities with short names that tables go by."""
    for reference, code in (("tromso", "1902"), ("bodo", "1804")):
        told = {"reference": f"{reference}-kommune-ny", "name": reference, "kind": "municipality"}
        made = await cast.house.caller("KOO").post(
            "/organisations", told | {"unit_code": code, "occurred_on": "2016-01-01"}
        )
        assert made.status_code == 201, made.text
    return cast


def a_row(**changes: Any) -> list[Any]:
    """An agreement between KoRus-Nord and Tromsø with one commitment, as the columns have it."""
    told = {
        "source": "2016/118",
        "kind": "focus",
        "title_nb": "Avtale om innsats mot rus",
        "scope_nb": "Langsiktig arbeid",
        "parties": "tromso-kommune-ny",
        "unit_codes": "1902",
        "administrative_reference": "2016/118-1",
        "administrative_on": "11.01.2016",
        "is_long_term": "true",
        "revise_by": "2016-12-31",
        "occurred_on": "2016-03-01",
        "commitment_nb": "Kommunen kartlegger",
        "due_on": "2016-06-01",
        "evidence_kind": "survey",
        "responsible": "tromso-kommune-ny",
    }
    return [(told | changes).get(name, "") for name in HEADINGS]


def told_cells(answer: httpx.Response) -> list[tuple[str, str]]:
    """The cells that an answer tells of, and why."""
    for error in answer.json()["errors"]:
        assert error["cell"] == f"{'ABCDEFGHIJKLMNOPQRST'[error['column'] - 1]}{error['row']}"
        assert error["detail"]
    return [(error["cell"], error["code"]) for error in answer.json()["errors"]]


async def send(caller: Caller, *rows: list[Any], path: str = STORE) -> httpx.Response:
    answer: httpx.Response = await caller.send(path, a_csv(HEADINGS, *rows), CSV)
    return answer


async def test_a_table_may_name_more_parties_than_a_statement_takes_parameters(cast: Cast) -> None:
    rows = [
        a_row(source=f"2016/{row}", parties=";".join(f"p{row}-{place}" for place in range(20))) for row in range(3_000)
    ]
    answer = await send(cast.editor, *rows, path=IMPORT)
    assert (answer.status_code, answer.json()["wrong_cells"]) == (200, 3_000)
    assert set(told_cells(answer)) >= {("G2", "unknown-party")}


async def test_a_table_of_agreements_is_tried_first_and_drafted_when_that_is_said(cast: Cast) -> None:
    rows = [
        a_row(),
        a_row(commitment_nb="", commitment_nn="Senteret rettleier", due_on="2016-09-01", responsible="korus-nord"),
        a_row(source="2016/7", kind="cooperation", parties="bodo-kommune-ny, korus-nord", unit_codes="1804",
              **NO_COMMITMENT),
    ]  # fmt: skip
    tried = await send(cast.editor, *rows, path=IMPORT)
    assert (tried.status_code, tried.json()) == (200, TOLD | {"rows": 3, "new": 3})
    assert await cast.facts("agreement") == []
    stored = await send(cast.editor, *rows)
    assert (stored.status_code, stored.json()) == (200, TOLD | {"rows": 3, "new": 3, "stored": True})
    assert await cast.facts("agreement") == ["drafted", "drafted"]
    one, two = await cast.editor.pages("/agreements")
    assert (one["kind"], one["status"], one["source"], one["centre_id"]) == (
        "focus", "drafted", "2016/118", str(cast.centre_id),
    )  # fmt: skip
    assert [party["party_id"] == str(cast.centre_id) for party in one["parties"]] == [True, False]
    assert [party["party_id"] == str(cast.centre_id) for party in two["parties"]] == [False, True]
    draft = one["drafted"]
    assert (draft["unit_codes"], draft["revise_by"], draft["drafted_on"]) == (["1902"], "2016-12-31", "2016-03-01")
    assert draft["anchoring"] == {
        "administrative": {"reference": "2016/118-1", "decided_on": "2016-01-11"},
        "is_long_term": True,
        "plans": [],
    }
    assert [(each["text"], each["due_on"], each["evidence_kind"]) for each in draft["commitments"]] == [
        ({"nb": "Kommunen kartlegger"}, "2016-06-01", "survey"),
        ({"nn": "Senteret rettleier"}, "2016-09-01", "survey"),
    ]
    assert "commitments" not in two["drafted"] or two["drafted"]["commitments"] == []
    assert await cast.editor.pages("/agreements", unit_code="1902") == [one]


async def test_an_imported_agreement_is_signed_as_any_other(cast: Cast) -> None:
    tromso = await reference_of(cast)
    await send(cast.editor, a_row(parties=tromso, responsible=tromso))
    (found,) = await cast.editor.pages("/agreements")
    path, draft = f"/agreements/{found['agreement_id']}", found["drafted"]
    terms = {name: draft[name] for name in ("title", "scope", "unit_codes", "anchoring", "revise_by", "commitments")}
    changed = await cast.moves(path, "change", terms | {"document": DOCUMENT, "occurred_on": "2016-03-02"})
    assert changed.status_code == 200, changed.text
    for by, party in ((cast.lead, cast.centre_id), (cast.tromso, cast.tromso_id)):
        assert (await cast.sign(path, by, party)).status_code == 200
    # What stands in the table is still what is held, though it is signed and the day is another.
    again = await send(cast.editor, a_row(parties=tromso, responsible=tromso))
    assert (again.json()["new"], again.json()["held"]) == (0, 1)


async def reference_of(cast: Cast) -> str:
    body = await cast.house.anybody.get(f"/organisations/{cast.tromso_id}")
    return str(body.json()["reference"])


async def test_the_same_agreements_again_change_nothing(cast: Cast) -> None:
    rows = [a_row(), a_row(due_on="2016-09-01"), a_row(source="2016/119", occurred_on="2016-04-01")]
    await send(cast.editor, *rows)
    again = await send(cast.editor, *rows)
    assert again.json() == TOLD | {"stored": True, "rows": 3, "held": 3}
    assert await cast.facts("agreement") == ["drafted", "drafted"]
    for changes, cells in (
        ({"title_nb": "Another"}, [("C2", "other-than-held")]),
        ({"unit_codes": "", "kind": "cooperation"}, [("B2", "other-than-held"), ("H2", "other-than-held")]),
        ({"due_on": "2016-10-01"}, [("P2", "other-than-held")]),
        (NO_COMMITMENT, [("P2", "other-than-held")]),
    ):
        assert (changes, told_cells(await send(cast.editor, a_row(**changes), path=IMPORT))) == (changes, cells)
    other = cast.house.caller("ED", await cast.house.organisation_id("KoRus-Midt"))
    assert (await send(other, a_row())).json()["new"] == 1


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"evidence_kind": ""}, [("S2", "missing")]),
    ({"evidence_kind": "hope"}, [("S2", "not-a-choice")]),
    ({"commitment_nb": "", "due_on": ""}, [("P2", "missing"), ("R2", "missing")]),
    ({"due_on": "2016-02-29"}, [("R2", "date-out-of-order")]),
    ({"due_on": "2016-02-30"}, [("R2", "not-a-date")]),
    ({"responsible": "bodo-kommune-ny"}, [("T2", "not-a-party")]),
    ({"responsible": "nobody"}, [("T2", "unknown-party")]),
    ({"source": ""}, [("A2", "missing")]),
    ({"source": f"Ola {ORDINARY}"}, [("A2", "national-identity-number")]),
    ({"kind": "friendship"}, [("B2", "not-a-choice")]),
    ({"title_nb": "", "scope_nb": ""}, [("C2", "missing"), ("E2", "missing")]),
    ({"parties": "korus-nord"}, [("G2", "too-few")]),
    ({"parties": "tromso-kommune-ny; nobody"}, [("G2", "unknown-party")]),
    ({"parties": "tromso-kommune-ny; tromso-kommune-ny"}, [("G2", "named-twice")]),
    ({"unit_codes": "1804"}, [("H2", "municipality-not-a-party")]),
    ({"unit_codes": ""}, [("H2", "missing")]),
    ({"unit_codes": "1902, 9999"}, [("H2", "unknown-unit")]),
    ({"unit_codes": "5501"}, [("H2", "unit-not-valid")]),
    ({"unit_codes": "19"}, [("H2", "wrong-format")]),
    ({"administrative_reference": ""}, [("I2", "missing")]),
    ({"political_reference": "KS 12/16"}, [("L2", "missing")]),
    ({"administrative_on": "2016-04-09"}, [("J2", "date-in-future")]),
    ({"is_long_term": "perhaps"}, [("M2", "wrong-kind")]),
    ({"revise_by": "2016-02-01"}, [("N2", "date-out-of-order")]),
    ({"occurred_on": "2016-04-09"}, [("O2", "date-in-future")]),
]


async def test_a_wrong_cell_of_an_agreement_is_told_by_its_address_and_nothing_is_drafted(cast: Cast) -> None:
    for changes, cells in WRONG:
        rows = [a_row(**changes), a_row(source="another")]
        tried, refused = [await send(cast.editor, *rows, path=path) for path in (IMPORT, STORE)]
        assert (changes, tried.status_code, told_cells(tried)) == (changes, 200, cells)
        assert tried.json() | {"errors": []} == TOLD | {"rows": 2, "new": 1, "wrong_cells": len(cells)}
        assert (refused.status_code, slug(refused)) == (422, "wrong-cells")
        assert refused.json()["errors"] == tried.json()["errors"]
    assert await cast.facts("agreement") == []


async def test_rows_of_one_agreement_tell_the_same_of_it_and_each_commitment_once(cast: Cast) -> None:
    later = {"due_on": "2016-07-01"}
    refused = await send(
        cast.editor,
        a_row(),
        a_row(),
        a_row(**later, title_nb="Another", occurred_on="2016-03-02"),
        a_row(**NO_COMMITMENT),
        *(a_row(commitment_nb=f"Forpliktelse {number}") for number in range(50)),
    )
    assert told_cells(refused) == [
        ("P3", "named-twice"), ("C4", "told-otherwise"), ("O4", "told-otherwise"), ("P5", "missing"),
        ("P55", "too-many"),
    ]  # fmt: skip


async def test_who_may_not_write_an_agreement_imports_none(cast: Cast) -> None:
    for role in ("PRO", "KOM", "KOM+", "SB", "KOO", "HD", "API", "DRIFT", "REV", "PVO"):
        caller = cast.house.caller(role, cast.centre_id)
        assert (await send(caller, a_row())).status_code == 403, role
    assert (await send(cast.house.anybody, a_row())).status_code == 401
    assert (await send(cast.house.caller("ED"), a_row())).status_code == 404
    no_centre = cast.house.caller("ED", cast.tromso_id)
    assert slug(await send(no_centre, a_row())) == "not-a-centre"
    template = await cast.editor.get("/agreements/import-template.csv")
    assert template.content == ("\ufeff" + ";".join(HEADINGS) + "\r\n").encode()


def commitments(number: int) -> list[list[Any]]:
    """So many rows, four of each agreement."""
    return [a_row(source=f"2016/{row // 4}", due_on=f"2016-06-{row % 4 + 1:02}") for row in range(number)]


async def test_one_bad_cell_among_twenty_thousand_rows_is_named_and_nothing_is_drafted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "DEADLINE_S", 100.0)
    rows = commitments(20_000)
    rows[12_344] = a_row(evidence_kind="")
    refused = await send(cast.editor, *rows)
    assert (refused.status_code, told_cells(refused)) == (422, [("S12346", "missing")])
    assert await cast.facts("agreement") == []


async def test_many_agreements_are_as_many_statements_as_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "DEADLINE_S", 100.0)
    rows = commitments(4_000)
    with statements(cast.house.database) as for_one:
        await send(cast.editor, a_row(source="another"))
    with statements(cast.house.database) as to_list_one:
        assert len((await cast.editor.get("/agreements", limit=200)).json()["items"]) == 1
    with statements(cast.house.database) as for_all:
        stored = await send(cast.editor, *rows)
    assert (stored.json()["new"], len(await cast.facts("agreement"))) == (4_000, 1_001)
    assert len(for_all) == len(for_one)
    with statements(cast.house.database) as to_list_many:
        assert len((await cast.editor.get("/agreements", limit=200)).json()["items"]) == 200
    assert len(to_list_many) == len(to_list_one)
    assert (await send(cast.editor, *rows)).json()["held"] == 4_000


async def test_one_commitment_more_than_a_table_has_is_refused_unread(cast: Cast) -> None:
    answer = await cast.editor.send(STORE, a_csv(HEADINGS, *[["x"]] * 20_001), CSV)
    assert (answer.status_code, slug(answer), answer.json()["most_rows"]) == (413, "too-many-rows", 20_000)


async def test_two_tables_at_once_draft_an_agreement_once(cast: Cast) -> None:
    answers = await asyncio.gather(*(send(cast.editor, a_row()) for _ in range(2)))
    assert sorted(answer.json()["new"] for answer in answers) == [0, 1]
    assert await cast.facts("agreement") == ["drafted"]


async def test_agreements_come_in_a_workbook_and_bad_files_are_refused_by_name(cast: Cast) -> None:
    marked = await cast.editor.send(STORE, b"\xef\xbb\xbf" + a_csv(HEADINGS, a_row()), CSV)
    assert (marked.status_code, marked.json()["new"]) == (200, 1), marked.text
    row = [value if value != "" else None for value in a_row(source="2016/120", unit_codes=1902, is_long_term=True)]
    book = await cast.editor.send(STORE, a_workbook(HEADINGS, row), XLSX)
    assert (book.status_code, book.json()["new"]) == (200, 1), book.text
    latin = await cast.editor.send(STORE, a_csv(HEADINGS, a_row(title_nb="År")).decode().encode("latin-1"), CSV)
    assert (latin.status_code, slug(latin), latin.json()["line"]) == (400, "not-utf-8", 2)
    formula = await cast.editor.send(STORE, a_workbook(HEADINGS, a_row(title_nb="=1+1")), XLSX)
    assert told_cells(formula) == [("C2", "formula")]
    bomb = with_entry(a_workbook(HEADINGS, row), "xl/media/bomb.bin", b"\0" * (archives.MOST_UNPACKED + 1))
    assert slug(await cast.editor.send(STORE, bomb, XLSX)) == "unpacks-too-large"
    assert len(await cast.editor.pages("/agreements")) == 2
