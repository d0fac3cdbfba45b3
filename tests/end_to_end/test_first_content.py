"""What an installation is filled with at its start, the first time and after its program was exchanged for a newer."""

from pathlib import Path

import pytest

from deploy.first_content import Done, load_first_content
from deploy.folder import DataFolder
from deploy.reference_tables import TableSet, edition
from tests.end_to_end.installation import installed


async def test_an_installation_that_was_started_before_gets_the_newer_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with installed(tmp_path / "var") as here:
        # As the released program left it: the country is there, and a mark that says that everything is.
        await here.operator.one("registry", "load_reference", sets=[TableSet.country])
        mark = DataFolder(here.settings.data).path / "first-content"
        mark.write_text("example\nreference")

        await load_first_content(here.settings, example=True)
        said = capsys.readouterr().out
        assert "'units': 0" in said
        assert "'organisations': 104, 'localities': 7, 'groups': 3" in said
        assert Done(mark).found == {"example", "reference", *map(edition, TableSet)}
        assert await here.count("registry", "organisation", "kind = 'forum'") == 1

        messages = await here.count("registry", "outbox")
        await load_first_content(here.settings, example=True)
        assert (await here.count("registry", "outbox"), capsys.readouterr().out) == (messages, "")


def test_every_file_of_the_tables_tells_of_a_newer_edition(tmp_path: Path) -> None:
    before = {tables: edition(tables) for tables in TableSet}
    source = Path("deploy/reference")
    read = {path.name for path in source.glob("*.csv")} - {"municipality_lineage.csv"}
    for path in source.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name in read:
        (tmp_path / name).write_bytes((source / name).read_bytes() + b"\n")
        assert any(edition(tables, tmp_path) != before[tables] for tables in TableSet), name
        (tmp_path / name).write_bytes((source / name).read_bytes())
    assert {tables: edition(tables, tmp_path) for tables in TableSet} == before
