"""The export of a ledger: all of it in one file of lines, which is audited without any node (docs/export.md).

`writing` and `reading` know lines alone; where these come from and go to is others' affair.
"""
