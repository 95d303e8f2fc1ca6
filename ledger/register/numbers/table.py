"""The offices whose numbers are read and written by patterns, region by region."""

from ledger.register.numbers.offices import (
    austrian,
    belgian,
    british,
    chinese,
    danish,
    dutch,
    european_union,
    finnish,
    french,
    german,
    irish,
    israeli,
    italian,
    korean,
    norwegian,
    polish,
    portuguese,
    spanish,
    swedish,
    swiss,
)

_WESTERN_EUROPE = (
    austrian.RULE,
    belgian.RULE,
    british.RULE,
    danish.RULE,
    dutch.RULE,
    european_union.RULE,
    finnish.RULE,
    french.RULE,
    german.RULE,
    irish.RULE,
    italian.RULE,
    norwegian.RULE,
    portuguese.RULE,
    spanish.RULE,
    swedish.RULE,
    swiss.RULE,
)
_EASTERN_EUROPE = (polish.RULE,)
_ASIA_AFRICA_AMERICA = (chinese.RULE, israeli.RULE, korean.RULE)

RULES = (*_WESTERN_EUROPE, *_EASTERN_EUROPE, *_ASIA_AFRICA_AMERICA)
