"""What comes of a table that is sent to the registry, whatever it is a table of."""

from services.contracts.message import Public


class WrongCell(Public):
    """What is wrong with one cell: where it is, and why. What stands in it is not repeated."""

    cell: str
    """As a spreadsheet calls it, for example ``C17``."""
    row: int
    column: int
    field: str | None = None
    """The heading of its column, where the table may have such a one."""
    code: str
    detail: str


class TableImport(Public):
    """What came of a table, or would come of it. All of its rows are stored or none."""

    stored: bool
    rows: int
    new: int
    """Rows that tell of something that is not held yet."""
    held: int
    """Rows that tell exactly what is held already: they are left alone."""
    wrong_cells: int
    errors: tuple[WrongCell, ...]
    """The first of what is wrong, in the order of the rows."""
