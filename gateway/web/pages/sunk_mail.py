"""The page of the mail that an installation without a mail server would have sent. Only for those who operate it."""

from fastapi import Request, Response

from gateway.gate import gate_of
from gateway.web.page import Pages, show
from services.kernel.problems import NotFound

routes = Pages()

SHOWN = 50


@routes.page("/drift/post", action="read_operations")
async def mails(request: Request) -> Response:
    """The newest mails that the sink has taken. An installation with a mail server has no such page."""
    sink = gate_of(request).sink
    if sink is None:
        raise NotFound()
    kept = sink.newest()
    return await show(request, "mails.html", mails=kept[:SHOWN], kept=len(kept))
