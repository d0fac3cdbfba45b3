"""The feed for partners: an owned log, never renumbered and no copy."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from gateway.tables.metadata import GatewayTable
from services.kernel.plumbing import BigId


class FeedPositionRow(GatewayTable, table=True):
    """The one row that numbers the feed. Whoever appends holds it, so positions become visible in order."""

    __tablename__ = "feed_position"

    feed: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)


class FeedEntryRow(GatewayTable, table=True):
    """One message as partners read it: the CloudEvents envelope without the one who did it."""

    __tablename__ = "feed_entry"

    position: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    message_id: str = Field(unique=True)
    public: bool
    body: bytes = Field(sa_type=LargeBinary)
