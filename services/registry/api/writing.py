"""The door through which everything comes in that the registry keeps: what no text may hold is refused here."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVarTuple

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from services.kernel import web
from services.kernel.transaction import Transaction
from services.registry.domain.identity_numbers import refuse_identity_numbers

Ts = TypeVarTuple("Ts")


class Writing(web.Writing):
    """As the kernel's, and refuses a request with a national identity number in any of its texts (R61)."""

    async def __call__(
        self,
        command: Callable[[Transaction, *Ts], Any],
        *args: *Ts,
        location: str | None = None,
        personal: bool = False,
    ) -> Response:
        for told in args:
            if isinstance(told, BaseModel):
                refuse_identity_numbers(told)
        return await super().__call__(command, *args, location=location, personal=personal)


async def _writing(request: Request) -> Writing:
    return Writing(request, await request.body())


Write = Annotated[Writing, Depends(_writing)]
