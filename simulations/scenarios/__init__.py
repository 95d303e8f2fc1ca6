"""Scenarios: what a simulation does, written in TOML, and the run that comes of it."""
