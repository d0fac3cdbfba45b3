"""Pages about the pages: how accessible they are, and where their facts come from."""

from fastapi import Request, Response

from gateway.web.page import Pages, show

routes = Pages()


@routes.page("/tilgjengelighet", action="read_offer")
async def accessibility(request: Request) -> Response:
    """The accessibility statement, and how to tell us what does not work."""
    return await show(request, "accessibility.html")


@routes.page("/kilder", action="read_offer")
async def sources(request: Request) -> Response:
    """Where names, numbers and points come from, and under which terms."""
    return await show(request, "sources.html")
