"""Masks: what is shown of an identity before anybody gives a reason to see more (DOMAIN.md PV-03, PV-07)."""

import re

_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政
濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马
公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌
微生 梁丘 左丘 东门 西门
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
MINOR = "未成年人某"
ID_GONE, PHONE_GONE = "〔证件号码已隐去〕", "〔电话已隐去〕"


def mask_name(name: str, *, is_minor: bool = False) -> str:
    """Keep the surname: 张*, 张**, 欧阳*; a minor shows nothing of it."""
    if is_minor:
        return MINOR
    name = name.strip()
    if not name:
        return ""
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:kept] + "*" * max(1, min(2, len(name) - kept))


def mask_organisation(name: str) -> str:
    """Organisations are no personal data; their name is shown."""
    return name.strip()


def mask_phone(phone: str) -> str:
    """Keep the first three and last four digits; a short number keeps its last two."""
    phone = phone.strip()
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(0, len(phone) - 2) + phone[-2:]


def mask_id_number(number: str) -> str:
    """Keep the first six and the last two, for the case team (PV-03); others see stars only."""
    number = number.strip()
    return f"{number[:6]}{'*' * max(0, len(number) - 8)}{number[-2:]}" if len(number) > 8 else "*" * len(number)


_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def personal_numbers(text: str) -> list[str]:
    """Find ID numbers (by checksum, GB 11643) and mobile numbers in free text, to warn and offer removal (PV-15)."""
    ids = [number for number in _ID_NUMBER.findall(text) if is_id_number(number)]
    return ids + _MOBILE.findall(text)


def without_personal_numbers(text: str) -> str:
    """Return the text with ID and mobile numbers taken out: what is offered to whoever typed them (PV-15)."""
    text = _ID_NUMBER.sub(lambda found: ID_GONE if is_id_number(found[0]) else found[0], text)
    return _MOBILE.sub(PHONE_GONE, text)


def is_id_number(number: str) -> bool:
    """Whether an 18-character number satisfies the checksum of GB 11643."""
    if not _ID_NUMBER.fullmatch(number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
