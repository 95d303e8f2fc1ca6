from datetime import date

import pytest

from ledger.register.entries import Right
from ledger.register.offices import (
    OFFICES,
    has_ceased,
    is_office,
    is_paris_only,
    is_private_use,
    may_register,
    membership_in_words,
    office_code,
    office_name,
    priority_right,
)

RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design", "trademark", "plantVariety")


def test_the_table_has_the_codes_of_st3_and_the_former_ones() -> None:
    assert sum(office.kind != "former" for office in OFFICES.values()) == 233
    assert sum(office.kind == "former" for office in OFFICES.values()) == 9


def test_readers_unknown_and_private_codes_register_nothing() -> None:
    for code in ("XN", "XV", "XU", "XX", "EU", "DD", "SU", "QM", "XA", "ZZ", "AA", ""):
        assert not is_office(code)
        assert not any(may_register(code, right) for right in RIGHTS)


def test_regional_offices_register_what_their_treaty_gives_them() -> None:
    assert [right for right in RIGHTS if may_register("EP", right)] == ["patent"]
    assert [right for right in RIGHTS if may_register("BX", right)] == ["design", "trademark"]
    assert [right for right in RIGHTS if may_register("EM", right)] == ["design", "trademark"]
    assert all(may_register("OA", right) for right in RIGHTS)
    assert [right for right in RIGHTS if may_register("QZ", right)] == ["plantVariety"]
    assert all(may_register("NL", right) for right in RIGHTS)


def test_the_international_bureau_has_one_code_here() -> None:
    assert office_code("IB") == office_code("WO") == office_code(" wo ") == "WO"
    assert is_office("IB")
    assert office_code("XYZ") == office_code("QM") == ""


def test_right_of_priority_is_by_paris_wto_or_treaty_and_else_unknown() -> None:
    # Paris Convention Art. 4A(1), 4A(2), TRIPS Art. 2(1); O5
    def today(*codes: str) -> list[bool | None]:
        return [priority_right(code, "patent") for code in codes]

    assert today("JP", "TW", "EP", "WO", "DD") == [True] * 5
    assert today("ER", "XX", "ZZ") == [None] * 3
    assert today("EU", "XN", "XU") == [False] * 3


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("CN", "1985-03-18", False),
        ("CN", "1985-03-19", True),  # Paris Union
        ("TH", "1994-12-31", False),
        ("TH", "1995-01-01", True),  # WTO, long before the Paris Union (2008-08-02)
        ("KW", "1996-05-01", True),  # WTO; Paris Union since 2014-12-02
        ("IN", "1995-01-01", True),
        ("IN", "1994-12-31", None),  # other agreements
        ("TW", "2002-01-01", True),  # WTO, not in the Paris Union
        ("TW", "2001-12-31", None),  # bilateral agreements
        ("UA", "1990-05-01", None),  # the Soviet Union's
        ("BO", "1990-05-01", None),  # Buenos Aires Convention of 1910
        ("KR", "1979-05-01", None),
        ("DZ", "1960-05-01", None),  # of colonies nothing is known
        ("SU", "1985-05-01", True),
        ("SU", "1965-06-30", None),
        ("SU", "1965-07-01", True),
        ("DD", "1979-12-31", None),  # a member, but since when is not recorded
        ("RH", "1970-01-01", None),
        ("FO", "1960-01-01", None),
        ("FO", "1980-01-01", True),
        ("HK", "1977-11-15", None),
        ("HK", "1977-11-16", True),
        ("DD", "1985-05-01", True),
        ("EP", "1985-05-01", True),
        ("AI", "2020-05-01", None),
    ],
)
def test_right_of_priority_counts_from_the_day_of_accession(
    code: str, on: str, expected: bool | None
) -> None:
    # Paris Convention Art. 4A(1), TRIPS Art. 2(1); O5
    assert priority_right(code, "patent", date.fromisoformat(on)) is expected


def test_the_epo_took_no_priority_of_wto_members_before_the_epc_of_2000() -> None:
    # EPC 1973 Art. 87(1), G 2/02 and G 3/02 (Indian priorities of 1996 and 1997); O6
    assert is_paris_only("EP", date(2007, 12, 12))
    assert not is_paris_only("EP", date(2007, 12, 13))
    assert not is_paris_only("US", date(1997, 1, 1))
    for code, on, expected in (
        ("IN", date(1996, 8, 12), False),
        ("IN", date(1998, 12, 7), True),
        ("TW", date(2005, 1, 1), False),
        ("HK", date(2005, 1, 1), True),
        ("AI", date(2005, 1, 1), None),
        ("LT", date(1992, 1, 1), None),
        ("WO", date(2005, 1, 1), True),
    ):
        assert priority_right(code, "patent", on, is_paris_only=True) is expected, code


def test_plant_varieties_have_priority_among_members_of_upov() -> None:
    # UPOV Convention of 1991 Art. 11(1); O5
    def given(code: str, on: str) -> bool | None:
        return priority_right(code, "plantVariety", date.fromisoformat(on))

    assert given("NL", "2010-05-01") is True
    assert given("QZ", "2005-07-29") is True
    assert given("QZ", "2005-07-28") is None
    assert given("CN", "1999-04-22") is False
    assert given("CN", "1999-04-23") is True
    assert given("IN", "2020-05-01") is None


def test_the_table_is_in_order() -> None:
    for code, office in OFFICES.items():
        assert len(code) == 2, code
        assert not is_private_use(code), code
        assert bool(office.successors) == (office.kind == "former"), code
        assert all(OFFICES[successor].kind == "state" for successor in office.successors), code
        assert (office.takes_treaty_filings is None) == (
            office.kind != "organisation" or code == "XX"
        ), code
        if office.takes_treaty_filings is False:
            assert not office.rights, code
        for since in (union.since for union in (*office.unions, *office.takes)):
            assert since is None or date(1883, 1, 1) < since < date(2026, 1, 1), code
        assert office.unions.wto.since is None or office.unions.wto.since >= date(1995, 1, 1), code


def test_every_body_that_takes_filings_takes_the_priority_of_some_union() -> None:
    # Paris Convention Art. 4A(1), EPC Art. 87(1), PCT Art. 8(1), CPVR Art. 52(2); O8
    for code, office in OFFICES.items():
        if office.kind == "organisation":
            assert any(union.is_member for union in office.takes) == bool(office.rights), code
        else:
            assert office.takes == office.unions, code


def test_former_codes_name_who_took_their_place() -> None:
    # O7
    assert [OFFICES[code].successors for code in ("DD", "DL", "DT")] == [("DE",)] * 3
    assert OFFICES["CS"].successors == ("CZ", "SK", "RS", "ME")
    assert OFFICES["AN"].until == date(2010, 10, 10)
    assert "partly" in OFFICES["SU"].note


def test_codes_for_private_use_are_known_as_such() -> None:
    # ST.3 paragraph on codes for individual use; O4
    for code in ("AA", "QM", "QY", "XA", "XH", "XM", "XO", "XT", "XW", "XY", "XZ", "ZZ", " zz "):
        assert is_private_use(code), code
        assert office_code(code) == "", code
    for code in ("QZ", "XN", "XU", "XV", "XX", "QL", "AB", "A", "", "XYZ", "\uff3a\uff3a"):
        assert not is_private_use(code), code


def test_memberships_are_told_in_words() -> None:
    assert membership_in_words("IN", "patent") == (
        "India, in the Paris Union since 1998-12-07, in the WTO since 1995-01-01"
    )
    assert membership_in_words("TW", "patent") == (
        "Taiwan, Province of China, not in the Paris Union, in the WTO since 2002-01-01"
    )
    assert membership_in_words("NL", "plantVariety") == "Netherlands, in UPOV since 1968-08-10"
    assert membership_in_words("AI", "patent") == "Anguilla"


def test_names_come_from_the_table_and_unknown_codes_stand_for_themselves() -> None:
    assert office_name("TR") == "Türkiye"
    assert office_name("ZZ") == "ZZ"


def test_a_former_code_has_a_last_day_where_it_is_sure() -> None:
    # Paris Convention Art. 4A(3): what was filed until then keeps its priority; O7
    ceased = {
        (code, on): has_ceased(code, date.fromisoformat(on))
        for code in ("SU", "DD", "YU", "DE")
        for on in ("1990-10-02", "1990-10-03", "2010-01-01")
    }
    assert [key for key, after in ceased.items() if after] == [
        ("SU", "2010-01-01"),
        ("DD", "1990-10-03"),
        ("DD", "2010-01-01"),
    ]
    assert not has_ceased("SU", None)
    assert membership_in_words("SU", "patent") == (
        "Soviet Union, until 1991-12-25, in the Paris Union since 1965-07-01"
    )
