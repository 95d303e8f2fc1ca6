"""The offices whose numbers are read and written by patterns, region by region."""

from ledger.register.numbers.offices import chinese, israeli, korean, polish, swiss

_WESTERN_EUROPE = (swiss.RULE,)
_EASTERN_EUROPE = (polish.RULE,)
_ASIA_AFRICA_AMERICA = (chinese.RULE, israeli.RULE, korean.RULE)

RULES = (*_WESTERN_EUROPE, *_EASTERN_EUROPE, *_ASIA_AFRICA_AMERICA)
