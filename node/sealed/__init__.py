"""The clerk's work with sealed filings: access codes, receipts, claims with a code, openings (register.md S)."""
