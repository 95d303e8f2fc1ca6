"""The desk and verification try the same rights for one code: what one finds the other finds."""

import pytest
from builders.offices import NETWORK
from register_builders import MappingReader, day
from sealed_builders import code_of, seal_of, sealed, sealed_id

from ledger.record_log import MemoryLog
from ledger.register.entries import Right
from ledger.register.priority import verify_priority
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling
from node.sealed.claims import ClaimReader
from node.sealed.codes import CodeStore
from node.sealed.documents import GivenClaim

NUMBER, FILED = "201312345", "2013-03-12"
CODE = code_of("code").printed
RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design", "trademark", "plantVariety")


@pytest.mark.parametrize("was_sealed", RIGHTS)
@pytest.mark.parametrize("stated", [None, *RIGHTS])
def test_the_desk_and_verification_find_the_filing_whatever_right_is_stated(
    was_sealed: Right, stated: Right | None
) -> None:
    reader = MappingReader()
    made = seal_of("AU", NUMBER, FILED, right=was_sealed)
    reader.apply("AU", sealed(made))
    given = GivenClaim(
        ip_office_code="AU",
        application_number_text=NUMBER,
        filing_date=day(FILED),
        right=stated,
        access_code=CODE,
    )
    desk = ClaimReader(reader, NETWORK, CodeStore(MemoryLog(), bytes(32), NETWORK, "EP"))
    known = desk.unlock(given, "patent", "claim").known
    assert (known.identifier, known.right) == (sealed_id(made), was_sealed)
    first = FirstFiling(
        ip_office_code="AU",
        application_number_text=NUMBER,
        filing_date=day(FILED),
        right=stated,
        access_code=CODE,
    )
    second = SecondFiling(ip_office_code="EP", filing_date=day("2014-03-11"), right="patent")
    answer = verify_priority(reader, PriorityRequest(first=first, second=second))
    assert answer.first_filing is not None
    assert (answer.first_filing.filing_id, answer.first_filing.right) == (
        sealed_id(made),
        was_sealed,
    )
    # Paris Convention Art. 4E: a patent claims the priority of patents and utility models
    gives_priority = was_sealed in {"patent", "utilityModel"}
    outcomes = {"confirmed", "confirmedWithRemarks"} if gives_priority else {"notEntitled"}
    assert answer.outcome in outcomes
