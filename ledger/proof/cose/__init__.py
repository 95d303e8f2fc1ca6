"""An entry of the ledger in standard form: a COSE statement that carries receipts of offices (RFC 9942).

`form` is its bytes, `making` makes and joins such files, `verifying` checks them (docs/standard-forms.md).
"""
