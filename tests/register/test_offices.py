from ledger.register.entries import Right
from ledger.register.offices import (
    OFFICES,
    has_priority_right,
    is_office,
    may_register,
    office_code,
    office_name,
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
    # Paris Convention Art. 4A(1), 4A(2), TRIPS Art. 2(1)
    assert [has_priority_right(code) for code in ("JP", "TW", "EP", "WO", "DD")] == [True] * 5
    assert [has_priority_right(code) for code in ("ER", "XX", "ZZ")] == [None] * 3
    assert [has_priority_right(code) for code in ("EU", "XN", "XU")] == [False] * 3


def test_names_come_from_the_table_and_unknown_codes_stand_for_themselves() -> None:
    assert office_name("TR") == "Türkiye"
    assert office_name("ZZ") == "ZZ"
