"""The verifier alone: a program of one file for whoever holds a proof and has no node (docs/proofs.md)."""
