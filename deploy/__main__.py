"""``./run [VERB]``: everything an operator does, one line per verb."""

import argparse
import sys
import time
from collections.abc import Sequence

STARTED_AT = time.time()


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./run", description="Samla: the competence centres' one coordinated offer.")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    up = verbs.add_parser("up", help="start everything (also without a verb)")
    up.add_argument("--empty", action="store_true", help="without the worked example")
    up.add_argument("--separate", action="store_true", help="each part in a process of its own")

    part = verbs.add_parser("part", help="start one part beside a broker that runs already")
    part.add_argument("name")
    part.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)

    account = verbs.add_parser("account", help="add: let somebody in; prints the password once")
    account.add_argument("action", choices=["add"])
    account.add_argument("login_name")
    account.add_argument("--role", action="append", required=True, dest="roles")
    account.add_argument("--organisation", help="the short name of the organisation that it acts for")

    key = verbs.add_parser("key", help="issue: let a partner's system in; prints the key once; revoke: no more")
    key.add_argument("action", choices=["issue", "revoke"])
    key.add_argument("prefix", nargs="?", help="the second part of the key to revoke, between the underscores")
    key.add_argument("--organisation", help="the short name of the organisation that the system acts for")
    key.add_argument("--label", default="", help="what the system is called among operators")

    verbs.add_parser("load-reference", help="put the reference tables into the registry, or what has changed in them")
    verbs.add_parser("example", help="send the worked example")
    verbs.add_parser("provision", help="make the streams and durables that are missing")
    verbs.add_parser("migrate", help="bring every database to its newest shape")

    streams = verbs.add_parser("rebuild-streams", help="make lost streams anew from the databases")
    streams.add_argument("services", nargs="*")
    rebuild = verbs.add_parser("rebuild", help="make a part's copies anew from the streams")
    rebuild.add_argument("part")
    reconcile = verbs.add_parser("reconcile", help="compare what was published with what each part knows")
    reconcile.add_argument("--deep", action="store_true", help="also rebuild aside and compare every row")

    parked = verbs.add_parser("parked", help="messages that could not be applied")
    parked.add_argument("action", choices=["list", "retry", "dismiss"])
    parked.add_argument("--part")
    parked.add_argument("--aggregate")
    parked.add_argument("--version", type=int)
    parked.add_argument("--reason")

    dump = verbs.add_parser("dump", help="a part's copies as canonical lines")
    dump.add_argument("part", nargs="?")
    dump.add_argument("--all", action="store_true", help="every part, and the tables that it owns")

    audit = verbs.add_parser("audit", help="export: who has done what, to be verified; heads: to be kept elsewhere")
    audit.add_argument("action", choices=["export", "heads"])
    audit.add_argument("part", nargs="?")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Do what was asked for; returns the exit code."""
    asked = arguments(words)
    # Imported only now: «--help» answers at once.
    import uvloop  # noqa: PLC0415

    from deploy.verbs import REFUSALS, run  # noqa: PLC0415

    try:
        return uvloop.run(run(asked, STARTED_AT))
    except REFUSALS as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
