"""What a contact says by the link in a mail. The link is the right to say it; nobody signs in."""

from dataclasses import replace

from services.contracts.registry.contact_persons import ErasureOrigin, LinkedContact
from services.contracts.registry.contact_requests import AnswerByLink, LinkAnswer
from services.kernel.transaction import Transaction
from services.registry.commands.contact_rows import lock_contact
from services.registry.commands.contacts import confirm, end
from services.registry.commands.erasures import ask_for_erasure
from services.registry.queries.contact_links import linked_contact, linked_id


def answer_by_link(tx: Transaction, token: str, command: AnswerByLink) -> LinkedContact:
    """The contact says that all is right, that it is none any more, or that it wants to be erased.

    Raises:
        NotFound: nobody was sent the link, or it opens nothing any more.
        StepOutOfOrder: the contact has ended, so there is nothing to confirm or to end.
    """
    contact_id, _ = linked_id(tx.connection, token, tx.now)
    # Whoever has the link is the contact: the audit and the messages refer to it as they do to everybody.
    tx.principal = replace(tx.principal, subject=f"contact/{contact_id}")
    row, contact = lock_contact(tx, contact_id)
    match command.answer:
        case LinkAnswer.still_right:
            confirm(tx, contact, tx.today)
        case LinkAnswer.not_mine:
            end(tx, row, contact, tx.today)
        case LinkAnswer.erase_me:
            ask_for_erasure(tx, contact, ErasureOrigin.link, tx.today)
    tx.flush()
    return linked_contact(tx.connection, token, tx.now, tx.today)
