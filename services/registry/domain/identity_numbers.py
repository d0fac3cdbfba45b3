"""No national identity number is stored, whatever it stands in (R61; personopplysningsloven § 12).

Requests are refused at the door, and rows of tables as they are read.
"""

from pydantic import BaseModel

from services.contracts.identity_numbers import identity_numbers_in
from services.kernel.problems import FieldError, Invalid

IDENTITY_NUMBER = "national-identity-number"
"""Says of a problem and of a field that there is one."""


class NationalIdentityNumber(Invalid):
    """A text has what is, as far as can be seen, somebody's national identity number. ``errors`` say where."""

    code = IDENTITY_NUMBER


def refuse_identity_numbers(told: BaseModel) -> None:
    """Refuse a request with a national identity number in any of its texts.

    Raises:
        NationalIdentityNumber: points at each text that has one.
    """
    errors = [FieldError(pointer, code=IDENTITY_NUMBER) for pointer in identity_numbers_in(told)]
    if errors:
        raise NationalIdentityNumber(errors=errors)
