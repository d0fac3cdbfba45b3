"""Reads that leave a trace: run where commands are, so that nothing is shown that is not kept as shown."""

from collections.abc import Callable
from typing import Annotated, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from services.kernel import telemetry
from services.kernel.access import Principal
from services.kernel.database import Database
from services.kernel.edge import CALLER
from services.kernel.transaction import Cause, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class LoggedReading:
    """Runs a read as one transaction with its trace: ``await look(commands.look_at_contact, contact_id)``."""

    def __init__(self, request: Request) -> None:
        self._database: Database = request.app.door.database
        self._caller: Principal = request.scope[CALLER]

    async def __call__(self, look: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        cause = Cause(telemetry.current_traceparent(), command=look.__name__)
        work = telemetry.carried(look.__name__, look)

        def run(tx: Transaction) -> T:
            return work(tx, *args, **kwargs)

        return await self._database.write(run, principal=self._caller, cause=cause)


async def _logged(request: Request) -> LoggedReading:
    return LoggedReading(request)


LoggedRead = Annotated[LoggedReading, Depends(_logged)]
