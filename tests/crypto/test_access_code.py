import pytest
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st

from crypto.access_code import (
    ACCESS_CODE_SIZE,
    ALPHABET,
    AccessCode,
    AccessCodeError,
    parse_access_code,
)

SECRETS = st.binary(min_size=ACCESS_CODE_SIZE, max_size=ACCESS_CODE_SIZE)
CODE = AccessCode(bytes(range(16)))


def letters_of(code: AccessCode) -> str:
    return code.printed.replace("-", "")


def test_codes_are_printed_as_in_the_vectors() -> None:
    known = vectors("seal_access_codes")
    for row in known:
        code = AccessCode(bytes.fromhex(row["secret"]))
        assert code.printed == row["printed"]
        assert parse_access_code(row["printed"]) == code
    assert len(known) == 5


@given(SECRETS)
def test_a_printed_code_is_read_back(secret: bytes) -> None:
    code = AccessCode(secret)
    assert parse_access_code(code.printed) == code
    assert set(letters_of(code)) <= set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        CODE.printed.lower(),
        CODE.printed.replace("-", " "),
        CODE.printed.replace("-", ""),
        CODE.printed.replace("-", "\u2013"),
        f"\u00a0 {CODE.printed}\n",
        CODE.printed.replace("0", "O").replace("1", "I"),
        CODE.printed.lower().replace("0", "o").replace("1", "l"),
    ],
)
def test_case_blanks_hyphens_and_what_looks_alike_do_not_count(typed: str) -> None:
    assert parse_access_code(typed) == CODE


@given(SECRETS, st.integers(0, 26), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(secret: bytes, place: int, other: str) -> None:
    letters = letters_of(AccessCode(secret))
    wrong = letters[:place] + other + letters[place + 1 :]
    if wrong != letters:
        with pytest.raises(AccessCodeError):
            parse_access_code(wrong)


@given(SECRETS, st.integers(0, 26), st.integers(0, 26))
def test_every_exchange_of_two_characters_is_found(secret: bytes, one: int, other: int) -> None:
    letters = list(letters_of(AccessCode(secret)))
    if letters[one] != letters[other]:
        letters[one], letters[other] = letters[other], letters[one]
        with pytest.raises(AccessCodeError):
            parse_access_code("".join(letters))


def test_no_value_beyond_128_bits_is_a_code() -> None:
    letters = letters_of(AccessCode(bytes([255]) * 16))
    taken = 0
    for first in "89ABCDEFGHJKMNPQRSTVWXYZ":
        for check in ALPHABET:
            with pytest.raises(AccessCodeError) as refused:
                parse_access_code(first + letters[1:-1] + check)
            taken += "expected a first character from 0 to 7" in str(refused.value)
    assert taken == 24, "each has one check character that fits, and is refused all the same"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "expected 27 letters and digits, got 0"),
        (CODE.printed[:-1], "expected 27 letters and digits, got 26"),
        (CODE.printed + "0", "expected 27 letters and digits, got 28"),
        ("U" + CODE.printed[1:], "character 1 is in no code"),
        ("0U" + CODE.printed[2:], "U, which is in no code, for V"),
        ("1" + CODE.printed[1:], "its last character does not fit"),
        ("1" + CODE.printed[1:], "B for 8"),
    ],
)
def test_what_is_no_code_is_told_without_showing_it(typed: str, said: str) -> None:
    with pytest.raises(AccessCodeError, match=said) as refused:
        parse_access_code(typed)
    for group in CODE.printed.split("-")[:-1]:
        assert group not in str(refused.value)


def test_a_code_does_not_show_itself() -> None:
    for shown in (repr(CODE), str(CODE), f"{CODE}", f"{[CODE]}"):
        assert shown in {"AccessCode(secret)", "[AccessCode(secret)]"}


@pytest.mark.parametrize("size", [0, 15, 17])
def test_secrets_of_another_size_are_no_codes(size: int) -> None:
    with pytest.raises(AccessCodeError, match=f"expected 16 random bytes, got {size}"):
        AccessCode(bytes(size))
