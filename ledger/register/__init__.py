"""The domain, pure: offices, numbers, filings, priority, calendars and families. No storage, no clock, no network."""
