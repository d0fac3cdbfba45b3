"""The feed tells each fact once and each thing's facts in order, whatever the order in which they arrived."""

from collections import defaultdict
from collections.abc import Iterator
from random import Random

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from gateway.feed import feed_page
from gateway.service import gateway
from tests.fuzz.deliveries import conversations, in_disorder, in_order, second_versions
from tests.fuzz.dose import on_sqlite
from tests.fuzz.reader import Reader, reading, sqlite_at


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with second_versions(), reading(gateway, sqlite_at(tmp_path_factory.mktemp("feed"), gateway)) as reader:
        yield reader


def told(connection: sa.Connection) -> dict[str, list[tuple[int, str]]]:
    """Of each thing the versions and message ids, in the order of the feed."""
    found = defaultdict(list)
    for body in feed_page(connection, after=0, limit=10_000, whole_register=True).bodies:
        entry = orjson.loads(body)
        _, publisher, aggregate, *_ = entry["type"].split(".")
        found[f"{publisher} {aggregate} {entry['subject']}"].append((entry["aggregateversion"], entry["id"]))
    return found


@on_sqlite
@given(data=st.data())
def test_any_order_tells_each_fact_once_and_each_things_facts_in_order(reader: Reader, data: st.DataObject) -> None:
    conversation = data.draw(conversations(gateway.reads))
    random: Random = data.draw(st.randoms(use_true_random=False))
    reader.after(in_order(conversation))
    expected = reader.asked(told)
    assert all(facts == sorted(set(facts)) for facts in expected.values())
    reader.after(in_disorder(conversation, random))
    assert reader.asked(told) == expected
