"""Tables of agreements out, on both databases: what one's centre has drafted, as it binds, and taken in again."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.tables import CSV, MOST_ROWS, XLSX
from services.kernel.bulk import insert_rows
from services.kernel.clock import FixedClock
from services.registry.tables.agreements import AGREEMENTS as ROWS
from tests.service.registry_agreements import Cast, a_commitment, a_group, an_organisation, slug
from tests.service.registry_house import Caller
from tests.statements import statements
from tests.tables import a_csv, rows_of

STORE = "/agreements/import?dry_run=false"
FILES = (("/agreements.csv", CSV), ("/agreements.xlsx", XLSX))
HEADINGS = AGREEMENTS.headings
NO_PLANS = {
    "administrative": {"reference": "2016/118-1", "decided_on": "2016-01-11"},
    "political": {"reference": "KS 12/16", "decided_on": "2016-02-03"},
    "is_long_term": True,
}


async def filled(cast: Cast) -> tuple[str, str]:
    """The paths of an agreement in force with two commitments, and of one without any that is drafted."""
    both = [a_commitment(cast.tromso_id), a_commitment(cast.centre_id, text={"nn": "=1+1"}, due_on="2016-09-01")]
    signed = await cast.signed(source="2016/118", anchoring=NO_PLANS, commitments=both)
    group = (await cast.house.anybody.get("/groups")).json()["items"][0]
    drafted = await cast.drafted(
        source="2016/7",
        kind="cooperation",
        parties=[an_organisation(cast.centre_id), a_group(group["group_id"])],
        unit_codes=[],
        anchoring={},
        commitments=[],
        revise_by=None,
    )
    return signed, drafted


async def table(caller: Caller, **parameters: Any) -> list[dict[str, str]]:
    """The rows of the CSV file, by their headings."""
    answer = await caller.get("/agreements.csv", **parameters)
    assert answer.status_code == 200, answer.text
    headings, *rows = rows_of(answer.content)
    return [dict(zip(headings, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("path", "media_type"), FILES)
async def test_what_is_exported_is_imported_again_unchanged(cast: Cast, path: str, media_type: str) -> None:
    await filled(cast)
    told = await cast.facts("agreement")
    file = await cast.editor.get(path)
    assert file.headers["content-type"].partition(";")[0] == media_type
    assert file.headers["content-disposition"] == f'attachment; filename="agreements{path[-5:].lstrip("s")}"'
    again = await cast.editor.send(STORE, file.content, media_type)
    assert again.json() == {"stored": True, "rows": 3, "new": 0, "held": 3, "wrong_cells": 0, "errors": []}
    assert await cast.facts("agreement") == told


async def test_what_is_exported_is_imported_again_where_a_commitment_was_kept_after_its_date(
    cast: Cast, clock: FixedClock
) -> None:
    path = await cast.signed(source="2016/118", anchoring=NO_PLANS)
    (commitment,) = (await cast.shown(path))["signed"]["commitments"]
    clock.advance(timedelta(days=100))
    cast.__post_init__()  # Whoever acts signs in anew: their tokens are of another day.
    kept = [a_commitment(cast.tromso_id, commitment_id=commitment["commitment_id"])]
    terms = cast.terms(anchoring=NO_PLANS, commitments=kept, occurred_on="2016-07-01")
    assert (await cast.moves(path, "change", terms, by=cast.editor)).status_code == 200
    for by, party_id in ((cast.lead, cast.centre_id), (cast.tromso, cast.tromso_id)):
        assert (await cast.sign(path, by, party_id, "2016-07-02")).status_code == 200
    (row,) = await table(cast.editor)
    assert (row["due_on"], row["occurred_on"]) == ("2016-06-01", "2016-07-01")
    again = await cast.editor.send(STORE, a_csv(HEADINGS, [*row.values()]), CSV)
    assert again.json() == {"stored": True, "rows": 1, "new": 0, "held": 1, "wrong_cells": 0, "errors": []}
    for changes, field, code in (
        ({"title_nb": "En annen tittel"}, "title_nb", "other-than-held"),
        ({"due_on": "2016-06-02"}, "commitment_nb", "other-than-held"),
        ({"source": "2016/119"}, "due_on", "date-out-of-order"),
    ):
        refused = await cast.editor.send(STORE, a_csv(HEADINGS, [*(row | changes).values()]), CSV)
        assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [(field, code)]


async def test_what_is_exported_is_imported_again_where_a_party_was_given_up_for_another_record(cast: Cast) -> None:
    await cast.signed(source="2016/118", anchoring=NO_PLANS)
    coordinator = cast.house.caller("KOO")
    again = {"reference": "tromso-ny", "name": "Tromsø", "kind": "municipality", "unit_code": "1902"}
    made = await coordinator.post("/organisations", again | {"occurred_on": "2016-01-01"})
    merge = {"kept_id": made.json()["organisation_id"], "reason": "det samme", "occurred_on": "2016-04-08"}
    assert (await cast.moves(f"/organisations/{cast.tromso_id}", "merge", merge, by=coordinator)).status_code == 200
    file = await cast.editor.get("/agreements.csv")
    assert (await cast.editor.send(STORE, file.content, CSV)).json()["held"] == 1
    (row,) = await table(cast.editor)
    new = await cast.editor.send(STORE, a_csv(HEADINGS, [*(row | {"source": "2016/119"}).values()]), CSV)
    assert [(each["field"], each["code"]) for each in new.json()["errors"]] == [("parties", "organisation-merged")]


async def test_an_agreement_without_a_source_is_known_by_its_id_when_it_comes_back(cast: Cast) -> None:
    both = [a_commitment(cast.tromso_id), a_commitment(cast.centre_id, due_on="2016-09-01")]
    drafted = (await cast.drafted(commitments=both), await cast.drafted(commitments=[]))
    of_both, of_none = (path.removeprefix("/agreements/") for path in drafted)
    headings, *rows = rows_of((await cast.editor.get("/agreements.csv")).content)
    assert sorted(row[0] for row in rows) == sorted([of_both, of_both, of_none])
    again = await cast.editor.send(STORE, a_csv(headings, *rows), CSV)
    assert again.json() == {"stored": True, "rows": 3, "new": 0, "held": 3, "wrong_cells": 0, "errors": []}
    (row,) = (row for row in rows if row[0] == of_none)
    changed = a_csv(headings, [*row[:2], "En annen tittel", *row[3:]])
    refused = await cast.editor.send(STORE, changed, CSV)
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [("title_nb", "other-than-held")]


async def test_a_centre_can_take_up_the_agreements_of_another_with_its_table(cast: Cast) -> None:
    """What was exported is a table as any other: another centre that sends it drafts them anew, for itself."""
    await filled(cast)
    other_id = await cast.house.organisation_id("KoRus-Midt")
    other = cast.house.caller("ED", other_id)
    rows = [row for row in rows_of((await cast.editor.get("/agreements.csv")).content) if row[0] == "2016/118"]
    assert (await other.send(STORE, a_csv(HEADINGS, *rows), CSV)).json()["new"] == 2
    (found,) = await other.pages("/agreements", centre_id=str(other_id))
    assert (found["status"], len(found["drafted"]["commitments"])) == ("drafted", 2)


async def test_a_row_tells_a_commitment_of_what_binds(cast: Cast) -> None:
    signed, _ = await filled(cast)
    changed = await cast.moves(signed, "change", cast.terms(title={"nb": "En ny utgave"}, occurred_on="2016-03-20"))
    assert changed.status_code == 200, changed.text
    rows = {row["source"]: row for row in await table(cast.editor)}
    tromso = (await cast.house.anybody.get(f"/organisations/{cast.tromso_id}")).json()["reference"]
    first, second = await table(cast.editor, status="in_force")
    assert first == {
        "source": "2016/118",
        "kind": "focus",
        "title_nb": "Avtale om innsats mot rus",
        "title_nn": "Avtale om innsats mot rus",
        "scope_nb": "Langsiktig arbeid med rusmiddelforebygging",
        "scope_nn": "",
        "parties": f"korus-nord; {tromso}",
        "unit_codes": "1902",
        "administrative_reference": "2016/118-1",
        "administrative_on": "2016-01-11",
        "political_reference": "KS 12/16",
        "political_on": "2016-02-03",
        "is_long_term": "true",
        "revise_by": "2016-12-31",
        "occurred_on": "2016-03-01",
        "commitment_nb": "Kommunen kartlegger med BrukerPlan",
        "commitment_nn": "Kommunen kartlegg med BrukerPlan",
        "due_on": "2016-06-01",
        "evidence_kind": "survey",
        "responsible": tromso,
    }
    # A formula of somebody's is a text (R63).
    assert second == first | {
        "commitment_nb": "", "commitment_nn": "'=1+1", "due_on": "2016-09-01", "responsible": "korus-nord",
    }  # fmt: skip
    assert (rows["2016/7"]["commitment_nb"], rows["2016/7"]["is_long_term"]) == ("", "false")


async def test_an_export_holds_what_ones_centre_has_drafted_and_what_was_asked_for(cast: Cast) -> None:
    await filled(cast)
    other = cast.house.caller("ED", await cast.house.organisation_id("KoRus-Midt"))
    assert await table(other) == []
    for asked, sources in (
        ({"status": "drafted"}, ["2016/7"]),
        ({"kind": "focus"}, ["2016/118", "2016/118"]),
        ({"unit_code": "1902"}, ["2016/118", "2016/118"]),
        ({"unit_code": "1804"}, []),
        ({"party_id": str(cast.tromso_id)}, ["2016/118", "2016/118"]),
        ({"in_breach": "true"}, []),
    ):
        assert [row["source"] for row in await table(cast.editor, **asked)] == sources, asked
    assert len(rows_of((await cast.lead.get("/agreements.xlsx")).content)) == 4
    assert (await cast.house.anybody.get("/agreements.csv")).status_code == 401
    assert (await cast.tromso.get("/agreements.csv")).status_code == 403
    assert (await cast.house.caller("ED").get("/agreements.csv")).status_code == 404


async def test_a_table_takes_as_many_statements_for_one_as_for_many(cast: Cast) -> None:
    await cast.drafted(source="2016/0")
    with statements(cast.house.database) as for_one:
        assert len(await table(cast.editor)) == 1
    for number in range(1, 12):
        await cast.drafted(source=f"2016/{number}")
    with statements(cast.house.database) as for_many:
        assert len(await table(cast.editor)) == 12
    assert len(for_many) == len(for_one)


async def test_more_than_a_file_can_hold_is_refused(cast: Cast) -> None:
    path = await cast.drafted(source="2016/0", commitments=[])

    def multiplied(tx: Any) -> None:
        row = dict(tx.connection.execute(ROWS.select()).mappings().one())
        insert_rows(tx.connection, ROWS, [row | {"agreement_id": tx.new_id()} for _ in range(MOST_ROWS)])

    assert path
    await cast.house.database.write(multiplied)
    answer = await cast.editor.get("/agreements.csv")
    assert (answer.status_code, slug(answer), answer.json()["most_rows"]) == (422, "too-much-to-write", MOST_ROWS)
