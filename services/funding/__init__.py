"""Funding: schemes with a frame, awards that two persons decide, and the ledger of what is pledged."""
