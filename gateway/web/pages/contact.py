"""The page that a contact comes to by the link in a mail: what is kept of it, who has looked, and what it can say.

The address is the contact's right. Logs and traces know addresses by their patterns alone, and no link on the page
holds it but the one to the page itself in the other language; on a page that tells what went wrong not even that.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import Request, Response

from gateway.catalogue import Snapshot
from gateway.gate import Country
from gateway.web.forms import Browser, field, sent_form, sent_key
from gateway.web.linked import answer_by_link, linked_contact
from gateway.web.page import Pages, language_of, link, show
from services.contracts.registry.contact_persons import LinkedContact
from services.contracts.registry.contact_requests import LinkAnswer
from services.contracts.registry.contacts import Contact
from services.kernel.clock import business_date
from services.kernel.problems import Conflict, FieldError, Invalid, NotFound

routes = Pages()
PAGE = "/kontakt/{token}"


@dataclass(frozen=True, slots=True)
class Seen:
    """An organisation that has looked, by name, on a day; no name: somebody who acts for no single organisation."""

    by: str | None
    on: date
    times: int


@routes.page(PAGE, action="answer_by_link")
async def contact(request: Request, token: str, country: Country) -> Response:
    """Everything that is kept of the contact. Nothing is changed by looking: mail programs open links by themselves."""
    try:
        known = await linked_contact(request, token)
    except NotFound:
        return await _gone(request)
    browser = Browser(request)
    page = await show(
        request,
        "contact.html",
        known=known,
        place=_place(country, known.contact),
        keeper=country.organisations.get(known.kept_by) if known.kept_by else None,
        looks=_seen(country, known),
        answers=_answers(known),
        link_until=business_date(known.link_valid_until),
        token=token,
        form_token=browser.form_token,
    )
    return browser.remembered(page)


@routes.page(PAGE, action="answer_by_link", method="POST")
async def answer(request: Request, token: str) -> Response:
    """The contact has pressed a button. Where that came to nothing any more, the page shows how it stands."""
    sent = await sent_form(request)
    key = sent_key(sent)
    try:
        said = LinkAnswer(field(sent, "answer"))
    except ValueError:
        raise Invalid(errors=[FieldError("/answer", code="not-a-choice")]) from None
    try:
        await answer_by_link(request, token, said, key)
    except NotFound:
        return await _gone(request)
    except Conflict:
        pass
    return Response(status_code=303, headers={"Location": link(language_of(request), f"/kontakt/{token}")})


async def _gone(request: Request) -> Response:
    return await show(request, "contact_gone.html", status=404)


def _place(country: Snapshot, contact: Contact) -> str:
    """What the contact's place is called: a unit by its last name, which it has though it is gone."""
    if contact.organisation_id is not None:
        return country.named(contact.organisation_id).name
    unit = country.geography.units.get(contact.unit_code or "")
    return unit.names[-1].name if unit is not None else str(contact.unit_code)


def _seen(country: Snapshot, known: LinkedContact) -> list[Seen]:
    def name(organisation_id: UUID | None) -> str | None:
        return None if organisation_id is None else country.named(organisation_id).name

    return [Seen(name(look.organisation_id), look.on, look.times) for look in known.looks]


def _answers(known: LinkedContact) -> list[LinkAnswer]:
    """What it can still say."""
    current = [LinkAnswer.still_right, LinkAnswer.not_mine] if known.contact.ended_on is None else []
    is_asked_for = known.erasure is not None and known.erasure.decided_on is None
    return current if is_asked_for else [*current, LinkAnswer.erase_me]
