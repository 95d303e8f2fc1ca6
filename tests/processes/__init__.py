"""Real processes: networks of `ipregister start`, clients that load them over HTTP, and the faults done to them.

The tests of this folder share these modules with `make soak`, which draws faults at random for as long as it is told.
"""
