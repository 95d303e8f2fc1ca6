"""Digests, signatures, certificates and authenticated trees; pure functions over bytes.

Nothing here reads a clock, a random source, a file or a socket: what it needs is an argument.
"""
