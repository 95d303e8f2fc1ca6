"""The benchmark: real processes on this machine, our network beside what a user would pick instead.

It measures; it is not a test, and no figure here passes or fails. What it does insist on is the
work: after every round each filing must be on every node and all chain heads must be equal, or the
round stops with an error (docs/benchmarks.md).
"""
