"""What the warnings and notes about a number mean, in words for the person who typed it."""

from ledger.register.numbers.number import (
    CHECK_DIGIT_WRONG,
    FORM_AMBIGUOUS,
    FORMAT_UNUSUAL,
    NUMBER_MISSING,
    PCT_NAMED_BY_RECEIVING_OFFICE,
    PUBLICATION_NUMBER,
    RIGHT_DIFFERS,
    SERIES_DERIVED,
    ST13_READ,
    YEAR_ADDED,
    YEAR_CONVERTED,
    YEAR_DIFFERS_FROM_DATE,
)

EXPLANATIONS = {
    CHECK_DIGIT_WRONG: "the check digit does not fit the number: look for a mistyped digit",
    FORM_AMBIGUOUS: "the text fits more than one form: give the filing date, or the printed form",
    FORMAT_UNUSUAL: "no form that this office's numbers are known to have; kept as letters and digits",
    NUMBER_MISSING: "there is no letter or digit in it",
    PCT_NAMED_BY_RECEIVING_OFFICE: (
        "an international application, named by its receiving office: it is kept under WO"
    ),
    PUBLICATION_NUMBER: "it looks like a publication's number: the application has another one",
    RIGHT_DIFFERS: "the number itself names another right than was said, and is read as of that right",
    SERIES_DERIVED: "the form leaves the series code out; it was derived from year and serial number",
    YEAR_DIFFERS_FROM_DATE: "the year in the number is earlier than the filing date, or not its year",
    ST13_READ: "read in the form of WIPO ST.13",
    YEAR_ADDED: "the form has a year that the office's own number has not; it was left out",
    YEAR_CONVERTED: "the year of an era was converted to the Gregorian calendar",
}
"""Per code a sentence without its full stop."""

EXPLANATIONS_WITH_DATE = {
    FORM_AMBIGUOUS: (
        "the text fits more than one form, and the filing date does not decide: give the printed form"
    ),
}
"""What is said in place of these where the filing date is given."""
