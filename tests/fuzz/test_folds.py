"""Every part's folds, fed with real bytes in every order: the copies come out the same, byte for byte."""

import asyncio
import uuid
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from deploy.parts import load
from services.kernel.consumer import FOLD_FAILED, UNREADABLE
from services.kernel.service import Service
from tests.fuzz import dose
from tests.fuzz.deliveries import Said, conversations, in_disorder, in_order, second_versions
from tests.fuzz.reader import Reader, reading, sqlite_at
from tests.postgres import PostgresServer

READERS = tuple(service for service in load() if service.copies)


@pytest.fixture(autouse=True)
def _second_versions() -> Iterator[None]:
    with second_versions():
        yield


@pytest.fixture(params=READERS, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture
def on_sqlite(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(service, sqlite_at(tmp_path_factory.mktemp("fuzz"), service)) as reader:
        yield reader


@pytest.fixture
def on_postgres(service: Service, postgres: PostgresServer) -> Iterator[Reader]:
    name = f"fuzz_{uuid.uuid4().hex}"
    with reading(service, asyncio.run(postgres.create(name))) as reader:
        yield reader
    asyncio.run(postgres.drop(name))


def heard_by(service: Service) -> st.SearchStrategy[list[Said]]:
    return conversations(service.reads)


def check_any_order_gives_the_same(reader: Reader, conversation: list[Said], random: Random) -> None:
    copies, known, waiting = reader.after(in_order(conversation))
    event(f"{'some' if waiting else 'nothing'} parked")
    assert not {reason for *_, reason in waiting} & {FOLD_FAILED, UNREADABLE}
    assert reader.after(in_disorder(conversation, random)) == (copies, known, waiting)


@dose.on_sqlite
@given(data=st.data())
def test_any_order_gives_the_same_copies(on_sqlite: Reader, data: st.DataObject) -> None:
    conversation = data.draw(heard_by(on_sqlite.service))
    check_any_order_gives_the_same(on_sqlite, conversation, data.draw(st.randoms(use_true_random=False)))


@dose.on_both
@given(data=st.data())
def test_both_databases_hold_the_same_bytes(on_sqlite: Reader, on_postgres: Reader, data: st.DataObject) -> None:
    conversation = data.draw(heard_by(on_sqlite.service))
    random = data.draw(st.randoms(use_true_random=False))
    check_any_order_gives_the_same(on_postgres, conversation, random)
    disordered = in_disorder(conversation, random)
    assert on_sqlite.after(disordered) == on_postgres.after(disordered)
