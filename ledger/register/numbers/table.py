"""The offices whose numbers are read and written by patterns, region by region."""

from ledger.register.numbers.offices import (
    argentine,
    brazilian,
    canadian,
    chilean,
    chinese,
    colombian,
    cuban,
    gulf,
    hong_kong,
    indian,
    israeli,
    korean,
    malaysian,
    mexican,
    moroccan,
    new_zealand,
    peruvian,
    philippine,
    polish,
    singaporean,
    south_african,
    swiss,
    taiwanese,
    thai,
    vietnamese,
)

_WESTERN_EUROPE = (swiss.RULE,)
_EASTERN_EUROPE = (polish.RULE,)
ASIA_AFRICA_AMERICA = (
    argentine.RULE,
    brazilian.RULE,
    canadian.RULE,
    chilean.RULE,
    chinese.RULE,
    colombian.RULE,
    cuban.RULE,
    gulf.RULE,
    hong_kong.RULE,
    indian.RULE,
    israeli.RULE,
    korean.RULE,
    malaysian.RULE,
    mexican.RULE,
    moroccan.RULE,
    new_zealand.RULE,
    peruvian.RULE,
    philippine.RULE,
    singaporean.RULE,
    south_african.RULE,
    taiwanese.RULE,
    thai.RULE,
    vietnamese.RULE,
)

RULES = (*_WESTERN_EUROPE, *_EASTERN_EUROPE, *ASIA_AFRICA_AMERICA)
