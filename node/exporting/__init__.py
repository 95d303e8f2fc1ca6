"""Exports of a ledger: from a running node, from ledger files, to a file, and back into a home (docs/export.md)."""
