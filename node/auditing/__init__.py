"""Auditing copies of ledgers: where their parts lie, work in several processes, other offices, and who is to blame."""
