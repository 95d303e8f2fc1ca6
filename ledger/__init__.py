"""The ledger: what was ordered becomes blocks, roots, receipts and answers.

It knows nothing of how the order was made.
"""
