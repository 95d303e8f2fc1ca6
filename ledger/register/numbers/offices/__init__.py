"""One small file of rules per office, named after it."""
