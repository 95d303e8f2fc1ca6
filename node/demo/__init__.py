"""The demonstration: real nodes, real filings, every step checked (`ipregister demo`)."""
