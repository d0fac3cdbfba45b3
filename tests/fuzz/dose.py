"""How much is fuzzed: a small dose in the suite, the full one by ``./test fuzz``."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("SAMLA_FUZZ_EXAMPLES", "200"))
"""On SQLite. PostgreSQL gets a tenth."""

on_sqlite = settings(
    max_examples=EXAMPLES,
    deadline=None,
    # One database for all examples is what makes them fast, and each begins by emptying it.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
on_both = settings(on_sqlite, max_examples=max(1, EXAMPLES // 10))
