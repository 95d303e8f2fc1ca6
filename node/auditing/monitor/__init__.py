"""The monitor: checks each new block of a network as it comes, at several offices, and trusts none of them."""
