"""The layout of the register's keys: facts (in the state tree) and links (derived, not in it).

Numbers of one office and right stay neighbours, because match keys end a fact key as they are.
"""

from hashlib import sha256

from ledger.register.entries import Right

RIGHT_LETTERS: dict[Right, str] = {
    "patent": "P",
    "utilityModel": "U",
    "design": "D",
    "trademark": "T",
    "plantVariety": "V",
}
RIGHTS: dict[str, Right] = {letter: right for right, letter in RIGHT_LETTERS.items()}
FILING_PREFIX = b"f"
SEALED_PREFIX = b"s"
SEALED_LETTER = "S"
"""Stands where the letter of the right stands, which a sealed filing does not tell."""
DISPUTE_PREFIX = b"x"
DISPUTE_COUNT_PREFIX = b"n"
REPORT_PREFIX = b"r"
REPORT_COUNT_PREFIX = b"q"
WITHHOLDING_PREFIX = b"w"
ACCESS_PREFIX = b"a"
SEALED_COUNT_PREFIX = b"u"
FACT_PREFIXES = (
    FILING_PREFIX,
    SEALED_PREFIX,
    b"c",
    b"d",
    DISPUTE_PREFIX,
    DISPUTE_COUNT_PREFIX,
    REPORT_PREFIX,
    REPORT_COUNT_PREFIX,
    WITHHOLDING_PREFIX,
    ACCESS_PREFIX,
    SEALED_COUNT_PREFIX,
)
"""What the keys of facts begin with."""
HISTORY_PREFIX = b"h"
PRIORITY_PREFIX = b"p"
VERSION_PREFIX = b"v"
REQUEST_DIGEST_SIZE = 16
"""Bytes of SHA-256 kept of a request key and of the entry made under it."""


def filing_key(office: str, right: Right, match_key: str) -> bytes:
    """Return the key of a filing fact."""
    return f"f{office}{RIGHT_LETTERS[right]}{match_key}".encode()


def sealed_key(office: str, claim_key: str) -> bytes:
    """Return the key of the fact about a sealed filing, given its claim key in base64url."""
    return f"s{office}{SEALED_LETTER}{claim_key}".encode()


def is_sealed(key: bytes) -> bool:
    """Return whether this is the key of a sealed filing."""
    return key.startswith(SEALED_PREFIX)


def coverage_key(office: str, right: Right) -> bytes:
    """Return the key of the fact that says for which dates an office's register is complete."""
    return f"c{office}{RIGHT_LETTERS[right]}".encode()


def closed_days_key(office: str, year: int) -> bytes:
    """Return the key of the fact that lists an office's closed days in a year."""
    return f"d{office}{year:04}".encode()


def disputes_key(filing: bytes, office: str) -> bytes:
    """Return the key of the fact that holds an office's disputes about a filing (given by its fact key)."""
    return disputes_keys(filing) + office.encode()


def disputes_keys(filing: bytes) -> bytes:
    """Return what the keys of all offices' disputes about a filing begin with."""
    return DISPUTE_PREFIX + filing[1:] + b"."


def disputed_filing(disputes: bytes) -> bytes:
    """Return the fact key of the filing that a disputes fact is about."""
    return _whole(disputes[1:-3])


def disputing_office(disputes: bytes) -> str:
    """Return the office whose disputes a fact holds."""
    return disputes[-2:].decode()


def dispute_count_key(office: str) -> bytes:
    """Return the key of the fact that says how many disputes of an office stand, in 4 bytes."""
    return DISPUTE_COUNT_PREFIX + office.encode()


def sealed_count_key(office: str) -> bytes:
    """Return the key of the fact that says how many filings of an office are sealed, in 4 bytes."""
    return SEALED_COUNT_PREFIX + office.encode()


def _whole(rest: bytes) -> bytes:
    """Return the fact key of a filing, open or sealed, that ends so."""
    prefix = SEALED_PREFIX if rest[2:3] == SEALED_LETTER.encode() else FILING_PREFIX
    return prefix + rest


def priority_links(first: bytes) -> bytes:
    """Return what the links from a first filing (given by its fact key) all begin with."""
    return PRIORITY_PREFIX + first[1:] + b"\0"


def priority_link(first: bytes, claiming: bytes) -> bytes:
    """Return the link from a first filing to one that claims or continues it."""
    return PRIORITY_PREFIX + first[1:] + b"\0" + claiming


def linked_since(height: int) -> bytes:
    """Return the value of a priority link: the height at which it was put first."""
    return height.to_bytes(8, "big")


def claiming_filing(link: bytes) -> bytes:
    """Return the fact key of the claiming filing at the end of a priority link."""
    return link[link.index(b"\0") + 1 :]


def history_link(filing: bytes, height: int, index: int) -> bytes:
    """Return the link from a filing to an event or claim entry about it."""
    return HISTORY_PREFIX + filing + b"\0" + place(height, index)


def history_links(filing: bytes) -> bytes:
    """Return what the history links of a filing (given by its fact key) all begin with."""
    return HISTORY_PREFIX + filing + b"\0"


def version_link(fact: bytes, height: int) -> bytes:
    """Return the link to what a fact (given by its key) held before the block of this height changed it."""
    return version_links(fact) + height.to_bytes(8, "big")


def version_links(fact: bytes) -> bytes:
    """Return what the version links of a fact begin with: no other fact's do, whatever bytes keys consist of."""
    return VERSION_PREFIX + len(fact).to_bytes(2, "big") + fact


def request_link(office: str, request_key: str) -> bytes:
    """Return the link that remembers a client's request key."""
    digest = sha256(request_key.encode("utf-8", "surrogatepass")).digest()
    return b"k" + office.encode() + digest[:REQUEST_DIGEST_SIZE]


def place(height: int, index: int) -> bytes:
    """Return a position in the ledger in 12 bytes that sort as positions do."""
    return height.to_bytes(8, "big") + index.to_bytes(4, "big")


def place_height(link: bytes) -> int:
    """Return the height in the place at the end of a history link."""
    return int.from_bytes(link[-12:-4], "big")


def filing_id(key: bytes) -> str:
    """Return the public identifier, `office.right.matchKey` or `office.sealed.claimKey`, of a filing's fact key."""
    text = key.decode()
    if is_sealed(key):
        return f"{text[1:3]}.sealed.{text[4:]}"
    return f"{text[1:3]}.{RIGHTS[text[3]]}.{text[4:]}"
