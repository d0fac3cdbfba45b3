"""What a file of rows and columns is refused for as a whole."""

from collections.abc import Sequence

from services.kernel.problems import BadRequest, FieldError, Invalid, Problem, TooLarge


class NotATable(Problem):
    """The body is said to be something else than a CSV file or an XLSX workbook."""

    status = 415
    code = "not-a-table"


class OtherThanSaid(Problem):
    """The bytes do not begin as a file of the kind begins that the body is said to be."""

    status = 415
    code = "other-than-said"


class NotUtf8(BadRequest):
    """The text is in another encoding. ``line`` is the first that cannot be read."""

    code = "not-utf-8"


class MalformedCsv(BadRequest):
    """A quotation mark is missing, or one too many. ``line`` is where it was noticed."""

    code = "malformed-csv"


class MalformedXlsx(BadRequest):
    """The workbook is damaged, encrypted, or made of something that no spreadsheet writes."""

    code = "malformed-xlsx"


class UnpacksTooLarge(TooLarge):
    """The workbook is small only as long as it is packed."""

    code = "unpacks-too-large"


class TooManyRows(TooLarge):
    """The table has more rows than are read at once: ``most_rows``."""

    code = "too-many-rows"


class TooManyColumns(TooLarge):
    """The table is wider than any is: ``most_columns``."""

    code = "too-many-columns"


class SeveralSheets(Invalid):
    """A workbook with several sheets does not say which of them is meant."""

    code = "several-sheets"


class EmptyTable(Invalid):
    """There is no row below the headings."""

    code = "empty-table"


class WrongColumns(Invalid):
    """A heading is unknown, doubled or missing; says which ``columns`` there are and which are ``required``."""

    code = "wrong-columns"

    def __init__(self, errors: Sequence[FieldError], *, columns: Sequence[str], required: Sequence[str]) -> None:
        super().__init__(errors=errors, columns=list(columns), required=list(required))


class WrongCells(Invalid):
    """Something is wrong with ``wrong_cells`` cells; ``errors`` are the first of them. Nothing is stored."""

    code = "wrong-cells"


class TooMuchToWrite(Invalid):
    """A file can have ``most_rows`` rows, and what was asked for has more."""

    code = "too-much-to-write"
