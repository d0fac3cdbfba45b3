"""Where a fact comes from, as its recorder says."""

from typing import Annotated

from pydantic import Field

from services.contracts.message import ShortText

Source = Annotated[ShortText | None, Field(description="Where the fact comes from; `example` for example data.")]
