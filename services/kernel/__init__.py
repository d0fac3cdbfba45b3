"""The plumbing every part stands on: transactions, outbox, relay, consumers, HTTP and traces. Knows no service."""
