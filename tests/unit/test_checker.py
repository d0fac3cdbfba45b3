"""The checker finds what it is there to find: a fault test is worth no more than this."""

from pathlib import Path

import pytest

from gateway.sink import SunkMail
from tests.checker import Findings, History, Lost, Outcome, Where, check, compare, versions
from tests.conftest import NOW
from tests.faults.mails import Mails, ToldMail
from tests.faults.world import mailbox_of
from tests.mail_server import MailServer


@pytest.fixture
def history() -> History:
    """Nine commands: 1 to 6 promised, 7 refused, 8 and 9 never answered."""
    history = History()
    for number in range(1, 10):
        history.invoke(str(number))
    for number in range(1, 7):
        history.heard(str(number), Outcome.ok)
    history.heard("7", Outcome.fail)
    return history


def test_all_promises_kept_is_nothing_found(history: History) -> None:
    report = check(history, list("123456"), {"stream": "123456", "copy": "654321"})
    assert report.holds
    assert (report.outcomes[Outcome.ok], report.outcomes[Outcome.fail], report.outcomes[Outcome.unknown]) == (6, 1, 2)
    assert report.applied == 0


def test_the_unknown_may_have_its_effect_once_or_not_at_all(history: History) -> None:
    report = check(history, list("1234568"), {"stream": "1234568"})
    assert report.holds
    assert report.applied == 1


def test_the_unknown_may_not_have_it_twice(history: History) -> None:
    assert check(history, list("12345688"), {}).places["source"] == Findings(doubled=("8",))


@pytest.mark.parametrize(
    ("found", "where"),
    [("3456", Where.prefix), ("1256", Where.middle), ("1234", Where.postfix)],
)
def test_what_is_lost_is_found_and_said_where(history: History, found: str, where: Where) -> None:
    findings = check(history, list(found), {}).places["source"]
    assert len(findings.lost) == 2
    assert {each.where for each in findings.lost} == {where}


def test_all_of_it_lost_is_lost(history: History) -> None:
    assert len(check(history, [], {}).places["source"].lost) == 6


def test_a_refused_command_that_has_an_effect_is_unexpected(history: History) -> None:
    assert check(history, list("1234567"), {}).places["source"] == Findings(unexpected=("7",))


def test_an_effect_that_nobody_asked_for_is_unexpected(history: History) -> None:
    assert check(history, [*"123456", "x"], {}).places["source"] == Findings(unexpected=("x",))


def test_a_follower_is_held_to_the_source_also_for_the_unknown(history: History) -> None:
    report = check(history, list("1234568"), {"stream": "1234568", "copy": "123456"})
    assert report.places["stream"].none
    assert report.places["copy"] == Findings(lost=(Lost("8", Where.postfix),))
    assert not report.holds


def test_a_follower_that_knows_more_than_the_source_is_found(history: History) -> None:
    assert check(history, list("123456"), {"copy": "1234569"}).places["copy"] == Findings(unexpected=("9",))


def test_a_message_that_a_follower_has_twice_is_found(history: History) -> None:
    assert check(history, list("123456"), {"stream": "1234565"}).places["stream"] == Findings(doubled=("5",))


def test_a_repeat_with_the_same_key_may_tell_what_the_first_answer_did_not() -> None:
    history = History()
    history.invoke("1")
    history.heard("1", Outcome.unknown)
    history.heard("1", Outcome.ok)
    history.heard("1", Outcome.unknown)
    assert history.of(Outcome.ok) == ["1"]


def test_a_history_outlives_its_writer_even_one_that_died_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history = History(path)
    for key in "123":
        history.invoke(key)
    history.heard("1", Outcome.ok)
    history.heard("2", Outcome.fail)
    with path.open("a") as file:
        file.write('{"key": "3", "outc')
    assert History.read(path).outcomes == {"3": Outcome.unknown, "1": Outcome.ok, "2": Outcome.fail}


def test_heads_are_compared_version_by_version() -> None:
    ours, theirs = {"grant/1": (3, "aa"), "grant/2": (1, "bb")}, {"grant/1": (2, "aa"), "grant/2": (1, "bb")}
    findings = compare(list(versions(ours)), versions(theirs))
    assert [each.key for each in findings.lost] == ["grant/1@3"]
    assert not findings.unexpected


def test_the_report_reads_as_one_line_for_each_place(history: History) -> None:
    assert str(check(history, list("12356"), {"stream": "12356", "copy": "1235"})).splitlines() == [
        "commands: ok 6, fail 1, unknown 2 (of these applied 0)",
        "source: lost 1 (middle 1), doubled 0, unexpected 0",
        "stream: lost 0, doubled 0, unexpected 0",
        "copy: lost 1 (postfix 1), doubled 0, unexpected 0",
    ]


def a_server(*mails: tuple[str, str]) -> MailServer:
    """One that got mails with these ids to these units."""
    return MailServer([SunkMail(its_id, mailbox_of(code), "a mark", "nb", "", NOW) for its_id, code in mails])


def test_a_mail_that_comes_again_is_one_and_with_another_id_it_is_doubled() -> None:
    told = Mails([ToldMail("1", "1804", "a mark"), ToldMail("1", "1902", "a mark")], ["1/1804", "1/1902"], 0)
    again = a_server(("a", "1804"), ("b", "1902"), ("a", "1804"))
    assert told.compared(again).none
    assert again.repeats == 1
    assert told.receipts().none
    assert told.compared(a_server(("a", "1804"))).lost == (
        Lost("a mark to postmottak.1902@kommune.example", Where.postfix),
    )
    doubled = told.compared(a_server(("a", "1804"), ("b", "1902"), ("c", "1804")))
    assert doubled.doubled == ("a mark to postmottak.1804@kommune.example",)
    assert told.compared(a_server(("a", "1804"), ("b", "1902"), ("c", "1856"))).unexpected
    assert Mails(told.sent, ["1/1804", "1/1804", "1/1902"], 0).receipts().doubled == ("1/1804",)
