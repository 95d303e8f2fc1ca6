"""PBFT (Castro & Liskov 1999) as a value machine.

Messages and the time in, one output out. It knows no patents and no sockets.
"""
