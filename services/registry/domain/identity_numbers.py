"""No national identity number is stored, whatever it stands in (personopplysningsloven § 12)."""

from pydantic import BaseModel

from services.contracts.identity_numbers import identity_numbers_in
from services.kernel.problems import FieldError, Invalid


class NationalIdentityNumber(Invalid):
    """A text has what is, as far as can be seen, somebody's national identity number. ``errors`` say where."""

    code = "national-identity-number"


def refuse_identity_numbers(told: BaseModel) -> None:
    """Refuse a request with a national identity number in any of its texts.

    Raises:
        NationalIdentityNumber: points at each text that has one.
    """
    errors = [FieldError(pointer, code="national-identity-number") for pointer in identity_numbers_in(told)]
    if errors:
        raise NationalIdentityNumber(errors=errors)
