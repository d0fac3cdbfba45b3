"""The broker loses all that it stored while everything runs: nothing is lost, and nothing that was told changes."""

import shutil

import pytest

from deploy.__main__ import arguments
from deploy.folder import DataFolder
from deploy.verbs import rebuild_streams, reconcile
from services.kernel import inspection
from services.kernel.wire import stream_of
from tests.end_to_end.installation import REGION, Installation
from tests.end_to_end.users import User
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(editor: User, korus: str, *codes: str) -> None:
    """Commands that several parts read of."""
    for code in codes:
        call = {"unit_code": code, "centre_id": korus, "channel": "dialogue", "occurred_on": "2016-03-01"}
        await editor.does("/awareness", call)


async def feed(reader: User, after: str) -> tuple[list[str], str]:
    """The ids of what follows a position, and the position to go on from."""
    answer = (await reader.get("/feed", after=after, limit=200)).json()
    return [item["id"] for item in answer["items"]], answer["cursor"]


async def test_the_streams_are_given_back_and_every_copy_is_as_before(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    editor, korus = await here.user("korusnord.redaktor"), str(here.organisations["korus-nord"])
    await told(editor, korus, *REGION.all[:10])
    await here.settled()
    last = str(await here.count("gateway", "feed_entry"))
    before_last = str(int(last) - 150)
    seen_before = await feed(editor, before_last)
    assert len(seen_before[0]) == 150
    figure = await editor.figure("awareness")
    assert figure["numerator"] == 10

    here.server.kill()
    shutil.rmtree(DataFolder(here.settings.data).broker / "jetstream")
    # Without a broker commands are taken and figures are shown; once it is back, empty, still.
    await told(editor, korus, *REGION.all[10:15])
    here.server.start()
    await told(editor, korus, *REGION.all[15:20])
    assert await here.count("registry", "outbox", "published_at IS NULL") >= 5
    assert (await editor.figure("awareness"))["numerator"] == 10

    assert await rebuild_streams(here.operator, arguments(["rebuild-streams"])) == 0
    assert await reconcile(here.operator, arguments(["reconcile"])) == 0
    assert "Every part knows what was published." in capsys.readouterr().out
    await here.settled()
    for reader, hosted in here.host.hosted.items():
        for publisher in hosted.service.reads:
            own = await here.host.hosted[publisher].database.read(inspection.own_heads)
            seen = await hosted.database.read(inspection.seen_heads, publisher)
            assert own == seen, f"{reader} of {publisher}"

    async def all_ready() -> bool:
        return not any(hosted.part.troubles() for hosted in here.host.hosted.values())

    await eventually(all_ready)
    assert (await editor.figure("awareness"))["numerator"] == 20
    # Everything came again, and the feed has it where it was; only what is new follows.
    assert await feed(editor, before_last) == (seen_before[0] + (await feed(editor, last))[0], str(int(last) + 10))
    assert len((await feed(editor, last))[0]) == 10

    await told(editor, korus, REGION.all[20])
    await here.settled()
    assert (await editor.figure("awareness"))["numerator"] == 21
    broker = await here.host.hosted["registry"].part.when_connected()
    assert await broker.last_sequence(stream_of("registry")) > 10_000
