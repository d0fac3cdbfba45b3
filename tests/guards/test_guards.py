"""Every guard is missed: taken out of a copy of the source, a test fails and says so."""

from pathlib import Path

import pytest

from services.kernel.consumer import FOLD_FAILED
from tests.guards.mutation import Edit, Guard, notice

DELIVERY = "tests/kernel/delivery"
AWARDS = "tests/service/test_funding_awards.py"
REPRESENTATIVES = "tests/service/test_registry_representatives.py"

GUARDS = (
    Guard(
        "a relay that finds what was committed late",
        [
            Edit(
                "services/kernel/relay.py",
                'f"WHERE published_at IS NULL AND position NOT IN',
                '"WHERE position > (SELECT coalesce(max(position), 0) FROM outbox WHERE published_at IS NOT NULL) "\n'
                '        f"AND published_at IS NULL AND position NOT IN',
            )
        ],
        f"{DELIVERY}/test_relay.py::test_late_commits_lose_nothing_and_change_no_order",
        says="all_published",
    ),
    Guard(
        "the sequence that a publish expects",
        [
            Edit(
                "services/kernel/broker.py",
                'guard = {"Nats-Expected-Last-Sequence": str(expected_last)}',
                "guard: dict[str, str] = {}",
            )
        ],
        f"{DELIVERY}/test_relay_takeover.py::test_a_paused_relay_that_wakes_up_publishes_nothing"
        "[sqlite-before_publish]",
    ),
    Guard(
        "the version that a message must follow",
        [
            Edit(
                "services/kernel/consumer.py",
                "version, candidates = before, waiting[aggregate]",
                "version, candidates = min(waiting[aggregate]) - 1, waiting[aggregate]",
            )
        ],
        f"{DELIVERY}/test_consumer.py::test_what_comes_before_its_predecessor_waits_for_it_and_follows_at_once[sqlite]",
    ),
    Guard(
        "the version that tells a message seen before",
        [
            Edit(
                "services/kernel/consumer.py",
                "version, candidates = before, waiting[aggregate]",
                "version, candidates = min(waiting[aggregate]) - 1, waiting[aggregate]",
            )
        ],
        f"{DELIVERY}/test_consumer.py::test_a_message_that_comes_twice_counts_once[sqlite]",
        says=FOLD_FAILED,
    ),
    Guard(
        "the commit before the acknowledgement",
        [
            Edit(
                "services/kernel/intake.py",
                '                    crash_point("CP6", self.consumer.part)\n',
                "                    await pull.acknowledge(deliveries)\n"
                '                    crash_point("CP6", self.consumer.part)\n',
            )
        ],
        f"{DELIVERY}/test_intake.py::test_a_batch_that_could_not_be_stored_comes_again_to_the_next_reader[postgres]",
    ),
    Guard(
        "the frame's lock and its constraint",
        [
            Edit(
                "services/funding/commands.py",
                "tx.lock(FrameRow, grant.scheme_id)",
                "tx.get(FrameRow, grant.scheme_id)",
            ),
            Edit(
                "services/funding/tables.py",
                '        CheckConstraint("pledged_ore <= frame_ore", name="within_frame"),\n',
                "",
            ),
            Edit(
                "services/funding/migrations/0001_initial.py",
                '        sa.CheckConstraint("pledged_ore <= frame_ore", name=op.f("ck_frame_within_frame")),\n',
                "",
            ),
        ],
        f"{AWARDS}::test_r_24_64_awards_for_the_last_100_000_kr_never_exceed_the_frame_on_postgresql",
    ),
    Guard(
        "the region's one representative",
        [
            Edit("services/registry/tables/representatives.py", '"region", unique=True, ', '"region", unique=False, '),
            Edit(
                "services/registry/migrations/0002_proposals_and_organisations.py",
                '        ["region"],\n        unique=True,\n',
                '        ["region"],\n        unique=False,\n',
            ),
        ],
        f"{REPRESENTATIVES}::test_br_42_of_two_elections_called_at_once_one_stands[postgres]",
    ),
    Guard(
        "a SQLite that waits for the disk",
        [Edit("services/kernel/database.py", '"synchronous=FULL"', '"synchronous=NORMAL"')],
        f"{DELIVERY}/test_part.py::test_a_database_as_we_open_it_is_fit[sqlite]",
        says="has synchronous=1; it must be 2",
    ),
    Guard(
        "a broker that waits for the disk",
        [Edit("deploy/keys.py", '"sync_interval": sync}', '"sync_interval": "2m"}')],
        f"{DELIVERY}/test_part.py::test_our_own_broker_is_fit",
        says="set jetstream.sync_interval: always",
    ),
)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_it_is_noticed_when_a_guard_is_taken_out(guard: Guard, tmp_path: Path) -> None:
    printed = notice(guard, tmp_path)
    assert f"FAILED {guard.test}" in printed, printed
    assert guard.says in printed, printed
