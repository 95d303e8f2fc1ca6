"""The formal model of the protocol's core (`pbft.pml`), checked by SPIN."""
