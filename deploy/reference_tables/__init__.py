"""The reference tables of ``deploy/reference`` as resources and commands of the registry. Reads files, decides nothing.

The tables hold what Statistics Norway, the Mapping Authority and public pages say; ``reference/README.md`` tells where
each comes from. What the tables leave out and follows from them is worked out here, with its source in words.
"""

from deploy.reference_tables.reading import Reference, TableSet, edition, read_reference
from deploy.reference_tables.tables import REFERENCE

__all__ = ["REFERENCE", "Reference", "TableSet", "edition", "read_reference"]
