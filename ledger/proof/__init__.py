"""Proof files: one JSON file that shows, to whoever holds the genesis document, what the register answered and why.

`document` is its form, `making` makes it from a ledger, `verifying` checks it. What verifies needs `crypto`, the pure
rules in `ledger.register` and a few files beside them, and no node (docs/proofs.md).
"""
