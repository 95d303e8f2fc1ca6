"""Authority files after WIPO ST.37: every number that an office registered, so that gaps can be found.

ST.37 lists published documents; the register holds applications, so these files list applications in the same way
(docs/authority-files.md). `entries` reads them, `coverage` counts, `writing` makes XML and CSV of them, `definition` is
the signed file that says what a file covers. Nothing here knows HTTP.
"""
