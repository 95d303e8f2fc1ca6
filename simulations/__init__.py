"""Networks of production engines over a seeded network and a virtual clock."""
