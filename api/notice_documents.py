"""`/notices`: the page of notices."""

import msgspec

from ledger.register.notices import Notice


class NoticePageDocument(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """Notices in the order of the ledger, and from where to go on."""

    notices: tuple[Notice, ...]
    go_on_from: str
    """Give this as `since` to get what follows: a height, or a place in a block."""
    is_caught_up: bool
    """True: there is nothing after it yet."""
