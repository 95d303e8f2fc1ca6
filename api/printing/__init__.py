"""Documents for people: text and PDF. One template of Typst for each, beside the file that fills it in."""
