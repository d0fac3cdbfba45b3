"""Letters that Samla sends, and newsletters: passed on to the registry."""

from uuid import UUID

from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Owner
from services.contracts.message import UnitCode, Year
from services.contracts.registry import Dispatch
from services.contracts.registry.history import Recorded
from services.contracts.registry.letters import (
    Letter,
    LetterDetail,
    LetterPreviews,
    LetterReceipt,
    PrepareLetter,
    ReceiptStatus,
    ReleaseLetter,
    WithdrawLetter,
)
from services.contracts.registry.newsletters import (
    NewsletterSubscription,
    RecordNewsletterIssue,
    SubscribeToNewsletter,
    UnsubscribeFromNewsletter,
)
from services.kernel.web import Routes

routes = Routes(PREFIX)

registry = Owner("registry")

WRITE = "write_mapping"

TABLE = (
    registry.lists(
        "/letters", Letter, WRITE, "Letters that Samla sends, without their text", centre_id=UUID, year=Year
    ),
    registry.reads("/letters/{letter_id}", LetterDetail, WRITE, "A letter, and how many units it stands how with"),
    registry.reads("/letters/{letter_id}/preview", LetterPreviews, WRITE, "The letter as it will be read"),
    registry.reads("/letters/{letter_id}/history", Items[Recorded], WRITE, "What was recorded of it, and by whom"),
    registry.lists(
        "/letters/{letter_id}/receipts",
        LetterReceipt,
        WRITE,
        "What became of the letter in each unit",
        status=ReceiptStatus,
    ),
    registry.makes("/letters", PrepareLetter, Letter, WRITE, "Write a letter to units; nothing is sent yet"),
    registry.moves("/letters/{letter_id}/release", ReleaseLetter, Letter, WRITE, "Let it go as it was read"),
    registry.moves("/letters/{letter_id}/withdraw", WithdrawLetter, Letter, WRITE, "Do not send it after all"),
    registry.lists(
        "/newsletter-subscriptions",
        NewsletterSubscription,
        WRITE,
        "Who gets a newsletter: in which unit, since when",
        centre_id=UUID,
        unit_code=UnitCode,
    ),
    registry.reads("/newsletter-subscriptions/{subscription_id}", NewsletterSubscription, WRITE, "One subscription"),
    registry.makes(
        "/newsletter-subscriptions",
        SubscribeToNewsletter,
        NewsletterSubscription,
        WRITE,
        "A contact in a unit gets a centre's newsletter",
    ),
    registry.moves(
        "/newsletter-subscriptions/{subscription_id}/end",
        UnsubscribeFromNewsletter,
        NewsletterSubscription,
        WRITE,
        "The contact gets it no more",
    ),
    registry.makes("/newsletter-issues", RecordNewsletterIssue, Dispatch, WRITE, "An issue went to its subscribers"),
)
routes.routes.extend(line.route() for line in TABLE)
