"""The report of a run for researchers: measured from the events, drawn and written without any other software."""
