"""Tables over HTTP, whatever they are of: a file as the body of a request, and as an answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from services.contracts.tables import CSV, XLSX, R, TableForm, as_csv
from services.kernel.problems import language_of
from services.registry.commands.table_imports import How
from services.registry.domain.spreadsheets.reading import Table, read_table
from services.registry.domain.spreadsheets.workbooks import write_workbook


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, and how it is to be taken in."""

    media_type: str
    body: bytes
    how: How

    async def table(self, form: TableForm[R]) -> Table[R]:
        """What it holds. Raises as :func:`read_table`."""
        return await asyncio.to_thread(read_table, form, self.media_type, self.body)


async def _upload(request: Request, dry_run: bool = True) -> Upload:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    how = How(dry_run=dry_run, language=language_of(request.headers.get("accept-language", "")))
    return Upload(media_type, await request.body(), how)


Uploaded = Annotated[Upload, Depends(_upload)]
"""The file in the body; tried only, unless the address says ``dry_run=false``."""


async def csv_file(form: TableForm[R], rows: Sequence[Sequence[object]]) -> Response:
    """The rows as a CSV file."""
    return _attached(form, await asyncio.to_thread(as_csv, form.headings, rows), CSV, "csv")


async def xlsx_file(form: TableForm[R], rows: Sequence[Sequence[object]]) -> Response:
    """The rows as an XLSX workbook."""
    return _attached(form, await asyncio.to_thread(write_workbook, form.name, form.headings, rows), XLSX, "xlsx")


def _attached(form: TableForm[R], body: bytes, media_type: str, ending: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{form.name}.{ending}"'}
    return Response(body, headers=headers, media_type=media_type)
