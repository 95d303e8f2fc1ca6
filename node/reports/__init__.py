"""Reports at one office: the documents that it keeps, and those that it reads at the other offices."""
