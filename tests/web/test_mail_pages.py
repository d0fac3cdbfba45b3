"""The page of what would have been sent, for operators of an installation without a mail server."""

from dataclasses import replace

from gateway.sink import SunkMail
from tests.web.conftest import TODAY
from tests.web.reading import text_of
from tests.web.signing_in import sign_in
from tests.web.web_house import WebHouse


def a_mail(number: int, language: str = "nb") -> SunkMail:
    return SunkMail(
        mail_id=f"<{number}@samla.invalid>",
        to=f"postmottak.{number}@kommune.example",
        subject=f"Brev {number} <b>",
        language=language,
        text="Til Bodø\n\nKom på kurs & <script>",
        at=TODAY,
    )


async def test_operators_read_what_would_have_been_sent_the_newest_first(house: WebHouse):
    await house.add_account("an-operator", "DRIFT")
    for number in (1, 2, 1, *range(3, 61)):
        house.gate.sink.keep(a_mail(number, "nn, se" if number == 60 else "nb"))
    assert "Logg inn" in await house.page("/drift/post", status=401)
    async with house.reader() as reader:
        await sign_in(reader, house, "an-operator")
        assert 'href="/drift/post"' in (await reader.get("/drift")).text
        page = (await reader.get("/drift/post")).text
        shown = text_of(page)
        in_nynorsk = text_of((await reader.get("/nn/drift/post")).text)
    assert "Ingenting av dette har forlatt maskinen" in shown
    assert "60 e-poster · de 50 nyeste vises" in shown
    assert "60 e-postar · dei 50 nyaste blir viste" in in_nynorsk
    assert shown.index("Brev 60 <b>") < shown.index("Brev 59 <b>")
    assert "Brev 10 <b>" not in shown
    assert '<p class="mail-text" lang="nn">Til Bodø\n\nKom på kurs &amp; &lt;script&gt;</p>' in page
    house.gate.sink.keep(a_mail(60))
    async with house.reader() as reader:
        await sign_in(reader, house, "an-operator")
        assert "Tatt imot 2 ganger" in text_of((await reader.get("/drift/post")).text)


async def test_r_62_of_a_mail_to_a_contact_operators_see_neither_address_nor_link(house: WebHouse):
    await house.add_account("an-operator", "DRIFT")
    link = "https://samla.example/kontakt/0123456789abcdef"
    for _ in range(2):
        house.gate.sink.keep(replace(a_mail(1), to="kari@kommune.example", text=f"Se {link}", is_personal=True))
    async with house.reader() as reader:
        await sign_in(reader, house, "an-operator")
        page = (await reader.get("/drift/post")).text
        in_nynorsk = text_of((await reader.get("/nn/drift/post")).text)
    assert "Til en kontaktperson" in text_of(page)
    assert "Tatt imot 2 ganger" in text_of(page)
    assert "Bare mottakeren skal lese denne e-posten." in text_of(page)
    assert "Berre mottakaren skal lese denne e-posten." in in_nynorsk
    for secret in ("kari@", link):
        assert secret not in page
    (kept,) = house.gate.sink.newest()
    assert (kept.to, kept.text) == ("", "")


async def test_an_installation_with_a_mail_server_has_no_page_of_mail(house: WebHouse):
    await house.add_account("an-operator", "DRIFT")
    async with house.reader() as reader:
        await sign_in(reader, house, "an-operator")
        assert "Ingen e-post er sendt ennå." in text_of((await reader.get("/drift/post")).text)
        house.app.state.gate = replace(house.gate, sink=None)
        assert (await reader.get("/drift/post")).status_code == 404
        assert "/drift/post" not in (await reader.get("/drift")).text
