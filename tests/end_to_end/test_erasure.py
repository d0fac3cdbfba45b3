"""Somebody is erased in a running installation: then in no file, dump, message, log or span, and still counted."""

import asyncio
import contextlib
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy import logs
from deploy.__main__ import arguments
from deploy.verbs import reconcile
from services.kernel import telemetry
from services.kernel.clock import FixedClock
from tests.end_to_end.installation import Installation, installed
from tests.mail_server import MailServer, mail_server
from tests.service.contact_house import CANARIES, EMAIL, NAME, a_contact
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

START = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
LINK = re.compile(r"/kontakt/([0-9a-f]{32})\s")
OWNERS = {"registry.db", "registry.db-wal"}
"""The only files in which somebody may be who is not erased."""


def forms(*texts: str) -> set[bytes]:
    """Texts as bytes, in the ways that a file could hold them."""
    plain = {text.encode() for text in texts}
    return {
        *plain,
        *(text.encode("utf-16-le") for text in texts),
        *(b64encode(each)[: len(each) // 3 * 4] for each in plain if len(each) > 8),
    }


def files_with(folder: Path, wanted: set[bytes]) -> set[str]:
    """The names of the files that hold any of it, in small or large letters."""
    held = {path: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}
    return {path.name for path, content in held.items() if any(each.lower() in content for each in wanted)}


@contextlib.contextmanager
def logged_into(folder: Path) -> Iterator[None]:
    """What the installation logs goes into a file of the data folder."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with (folder / "samla.log").open("a", encoding="utf-8") as file:
        logs.configure("INFO", file)
        yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Every request is traced."""
    exporter = InMemorySpanExporter()
    telemetry.start(ratio=1.0, processor=SimpleSpanProcessor(exporter))
    yield exporter
    telemetry.stop()


async def test_who_is_erased_is_found_nowhere_and_still_counted(
    new_folder: Callable[[], Path], spans: InMemorySpanExporter
) -> None:
    folder, clock = await asyncio.to_thread(new_folder), FixedClock(START)
    wanted = forms(*CANARIES)
    with logged_into(folder):
        async with mail_server() as mails, installed(folder, clock=clock, smtp_url=mails.url) as here:
            contact = await live_through(here)
            clock.advance(timedelta(days=366))
            token = await asked_by_mail(here, mails)
            reader = here.anybody().client
            page = await reader.get(f"/kontakt/{token}", headers={"Accept": "text/html"})
            assert NAME in page.text
            assert (await reader.post(f"/kontakt/{token}", data={"answer": "erase_me"})).status_code == 403
            await keep_spans(here, spans)
            before = await here.count("registry", "contact_role", "valid_to IS NULL")
            assert await asyncio.to_thread(files_with, folder, wanted) <= OWNERS
            assert await asyncio.to_thread(files_with, folder, wanted) != set()

            await erased(here, token)

            await here.settled()
            await keep_spans(here, spans)
            assert await asyncio.to_thread(files_with, folder, wanted | forms(token)) == set()
            everything = str(await here.everything())
            told = [span.to_json() for span in spans.get_finished_spans()]
            assert len(told) > 100
            assert "request refused" in (folder / "samla.log").read_text(encoding="utf-8")
            for each in (*CANARIES, token):
                assert each not in everything
                assert not any(each in span for span in told)
            assert (before, await here.count("registry", "contact_role")) == (1, 1)
            left = (await (await here.user("korusnord.leder1")).get(f"/contacts/{contact}")).json()
            assert (left["person"], left["contact"]["erased_on"]) == (None, "2031-01-08")
            assert await reconcile(here.operator, arguments(["reconcile", "--deep"])) == 0
        assert files_with(folder, wanted | forms(token)) == set()


async def live_through(here: Installation) -> str:
    """Somebody is registered, changed, confirmed and looked at; the id of the contact."""
    editor, municipality = await here.user("korusnord.redaktor"), await here.user("tromso.bruker")
    contact = await editor.does("/contacts", a_contact(unit_code="5501", occurred_on="2030-01-07"))
    path = f"/contacts/{contact['contact_id']}"
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"name": "Kari Kanari"}
    await editor.does(f"{path}/person/change", told, about=f"{path}/person")
    await editor.does(f"{path}/person/change", told | {"name": NAME}, about=f"{path}/person")
    await editor.moves(path, "confirm", "2030-01-07")
    assert len(await editor.pages("/contacts")) == 1
    assert (await municipality.get(path)).json()["person"]["name"] == NAME
    wrong = await editor.post("/contacts", a_contact(unit_code="0000"))
    assert wrong.status_code == 422
    assert not any(canary in wrong.text for canary in CANARIES)
    await here.settled()
    return str(contact["contact_id"])


async def asked_by_mail(here: Installation, mails: MailServer) -> str:
    """The mail comes by itself; what the link in it holds."""

    async def has_come() -> bool:
        return bool(mails.mails)

    await eventually(has_come, what="the mail comes")
    (mail,) = mails.mails
    assert (mail.to, mail.is_personal) == (EMAIL, True)
    assert here.settings.url in mail.text
    found = LINK.search(mail.text)
    assert found is not None

    async def opens() -> bool:
        return (await here.anybody().get(f"/contact-links/{found[1]}")).status_code == 200

    await eventually(opens, what="the link opens")
    return found[1]


async def erased(here: Installation, token: str) -> None:
    """The contact asks by its link, and two officers decide."""
    answer = await here.anybody().post(f"/contact-links/{token}/answer", {"answer": "erase_me"})
    request = answer.json()["erasure"]["request_id"]
    for officer in ("personvernombud1", "personvernombud2"):
        thing = f"/erasure-requests/{request}"
        await (await here.user(officer)).does(f"{thing}/decide", {"decision": "erase"}, about=thing)
    assert (await here.anybody().get(f"/contact-links/{token}")).status_code == 404


async def keep_spans(here: Installation, spans: InMemorySpanExporter) -> None:
    """Let the installation keep its own traces, as it does when nobody else takes them."""
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{here.traces_port}/v1/traces")
    await asyncio.to_thread(exporter.export, spans.get_finished_spans())
