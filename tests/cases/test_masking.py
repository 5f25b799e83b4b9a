"""Masks and the search for personal numbers in free text (DOMAIN.md PV-03, PV-07, PV-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.masking import (
    COMPOUND_SURNAMES,
    MINOR,
    is_id_number,
    mask_id_number,
    mask_name,
    mask_phone,
    personal_numbers,
    without_personal_numbers,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(body: str) -> str:
    """The number whose last character satisfies GB 11643, worked out here independently."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张某某", "张**"),
        ("张", "张*"),
        ("欧阳锋", "欧阳*"),
        ("欧阳某某", "欧阳**"),
        ("欧阳", "欧*"),
        ("司马相如", "司马**"),
        ("阿依古丽·买买提", "阿**"),
        ("  李四 ", "李*"),
        ("", ""),
    ],
)
def test_names_keep_the_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_minor_shows_nothing_of_the_name() -> None:
    assert {mask_name(name, is_minor=True) for name in ("张三", "欧阳某某", "")} == {MINOR}


def test_compound_surnames_are_two_characters() -> None:
    assert {len(name) for name in COMPOUND_SURNAMES} == {2}
    assert len(COMPOUND_SURNAMES) > 50


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("10012345678", "100****5678"), ("+8610012345678", "+86****5678"), ("8221234", "*****34"), ("12", "12"), ("", "")],
)
def test_phones_keep_three_and_four(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("110101200001011234", "110101**********34"), ("E1234567", "********"), ("G12345678", "G12345*78"), ("", "")],
)
def test_id_numbers_keep_six_and_two(number: str, masked: str) -> None:
    assert mask_id_number(number) == masked


@given(st.text(min_size=1, max_size=12))
def test_a_mask_never_shows_more_than_two_characters_of_a_name(name: str) -> None:
    shown = mask_name(name).replace("*", "")
    assert len(shown) <= 2
    assert name.strip().startswith(shown)


@given(st.text(st.characters(categories=["Nd", "Lu"]), min_size=9, max_size=30))
def test_a_masked_number_hides_all_but_eight(number: str) -> None:
    masked = mask_id_number(number)
    assert len(masked) == len(number.strip())
    assert sum(char != "*" for char in masked) <= 8


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_checksum_tells_numbers_from_other_digits(body: str) -> None:
    number = with_check_digit(body)
    assert is_id_number(number)
    assert is_id_number(number.lower())
    for other in "0123456789X":
        assert is_id_number(body + other) == (other == number[-1])


def test_free_text_is_searched_for_what_does_not_belong_there() -> None:
    number = with_check_digit("11010120000101123")
    mobile = "1" + "3" + "800000000"
    text = f"王某身份证{number}，电话{mobile}，工单20241120000012345678，座机8221234，编号110101200001011234"
    assert personal_numbers(text) == [number, mobile]
    assert personal_numbers("楼上漏水，两家争吵多日") == []


def test_removal_leaves_the_rest_of_the_words() -> None:
    number = with_check_digit("11010120000101123")
    mobile = "1" + "3" + "800000000"
    cleaned = without_personal_numbers(f"王某（{number}）来电{mobile}称漏水")
    assert cleaned == "王某（〔证件号码已隐去〕）来电〔电话已隐去〕称漏水"
    assert personal_numbers(cleaned) == []
