"""Numbers that people and organisations bear: are they right, what do they say, how much of them is shown.

Sources: GB 11643 (citizen number), GB 32100—2015 (unified social credit code), GB 11714 (organisation code).
Problems are named by words; the sentences for them stand in `services`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from tongban.infrastructure.kernel import text as typed

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"

# No I, O, S, V, Z.
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# Who registers: 1 staffing office, 2 foreign affairs, 3 justice, 4 culture, 5 civil affairs, 6 tourism, 7 religion,
# 8 trade unions, 9 market regulation, A armed forces, N agriculture, Y others.
USCC_REGISTRARS = "123456789ANY"

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normal_number(text: str) -> str:
    """Return a number as it is saved: ASCII digits and capitals, without spaces, hyphens or anything invisible."""
    return typed.compact(text)


def number_of_18(text: str) -> str | None:
    """Return the 18 characters of today for 15 digits of a card from before 1999; None for anything else.

    Such cards are invalid since 2013-01-01, so nobody is registered with one; old records are still looked up by it.
    Source: 居民身份证法（2011年修正）, and the decision of 2011-10-29, section 6.
    """
    number = normal_number(text)
    if not re.fullmatch("[1-9][0-9]{14}", number) or _day(f"19{number[6:12]}") is None:
        return None
    return _to_18(number)


def id_check(first_17: str) -> str:
    """Return the check character of a citizen number (ISO 7064 MOD 11-2)."""
    return ID_CHECK[sum(int(digit) * weight for digit, weight in zip(first_17, ID_WEIGHTS, strict=True)) % 11]


def id_number_problem(text: str, *, today: date | None = None) -> str | None:
    """Say what is wrong with a citizen number: "length", "characters", "date" or "check"; None where it is right.

    today   a birth after this day is wrong
    Codes of divisions that were dissolved are right: people keep the number they were given.
    """
    number = normal_number(text)
    if len(number) != 18:
        return "length"
    if not re.fullmatch("[1-9][0-9]{16}[0-9X]", number):
        return "characters"
    born = _day(number[6:14])
    if born is None or (today and born > today):
        return "date"
    return None if id_check(number[:17]) == number[17] else "check"


def looks_like_id_number(text: str) -> bool:
    """Say whether somebody who typed this probably meant a citizen number: digits, perhaps an X at the end."""
    return bool(re.fullmatch("[0-9]*X?", normal_number(text)))


def birth_date(number: str) -> date:
    """Return the day of birth in a right citizen number."""
    born = _day(normal_number(number)[6:14])
    if born is None:
        raise ValueError("no right citizen number")
    return born


def sex(number: str) -> str:
    """Return "male" or "female", as a right citizen number says."""
    return "male" if int(normal_number(number)[16]) % 2 else "female"


def age(born: date, on: date) -> int:
    """Return full years of age that day; who is born on 29 February grows older on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def uscc_check(first_17: str) -> str:
    """Return the check character of a unified social credit code. Raises ValueError for a character outside its set."""
    values = (USCC_CHARACTERS.index(character) for character in first_17)
    rest = sum(value * weight for value, weight in zip(values, USCC_WEIGHTS, strict=True)) % 31
    return USCC_CHARACTERS[-rest % 31]


def uscc_problem(text: str) -> str | None:
    """Say what is wrong with a unified social credit code: "length", "characters", "registrar" or "check"."""
    code = normal_number(text)
    if len(code) != 18:
        return "length"
    if set(code) - set(USCC_CHARACTERS) or not re.fullmatch("[0-9]{6}", code[2:8]):
        return "characters"
    if code[0] not in USCC_REGISTRARS:
        return "registrar"
    if uscc_check(code[:17]) != code[17] or organisation_code_problem(code[8:17]):
        return "check"
    return None


def organisation_check(first_8: str) -> str:
    """Return the check character of an organisation code."""
    values = (int(character, 36) for character in first_8)
    rest = 11 - sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def organisation_code_problem(text: str) -> str | None:
    """Say what is wrong with an organisation code (9 characters): "length", "characters" or "check"."""
    code = normal_number(text)
    if len(code) != 9:
        return "length"
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return "characters"
    return None if organisation_check(code[:8]) == code[8] else "check"


def passport_problem(text: str) -> str | None:
    """Say what is wrong with a passport number: "length" or "characters"; states number them as they like."""
    number = normal_number(text)
    if not 5 <= len(number) <= 20:
        return "length"
    return None if re.fullmatch(r"[0-9A-Z]+", number) else "characters"


def normal_phone(text: str) -> str:
    """Return a telephone number as it is saved: a mobile number as eleven digits, without the country's prefix."""
    return typed.mobile(text)


def mobile_problem(text: str) -> str | None:
    """Say what is wrong with a mobile number of the mainland: "length" or "characters"."""
    number = typed.mobile(text).replace("-", "")
    if len(number) != 11:
        return "length"
    return None if re.fullmatch("1[3-9][0-9]{9}", number) else "characters"


def masked(kind: str, text: str) -> str:
    """Return what may be shown of a personal value.

    kind   "name", "id-number", "id-number-public", "passport", "mobile", "bank-card", "address", "email" or "plate"
    A number that is not as long as its kind asks shows at most half of itself.
    Source: common practice of government sites; a table rather than a statute.
    """
    return _MASKS[kind](text) if text else ""


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same when spaces, width, dots and former codes of characters are left aside."""
    return typed.name_key(one) == typed.name_key(other)


def reach(mandates: Iterable[Sequence[str] | None]) -> tuple[str, ...]:
    """Return the services an agent may act in by these mandates; () for all, as with no mandate by law."""
    lists = list(mandates)
    if not all(lists):
        return ()
    return tuple(sorted({code for services in lists for code in services or ()}))


def _to_18(number: str) -> str:
    first_17 = f"{number[:6]}19{number[6:]}"
    return first_17 + id_check(first_17)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _part_hidden(first: int, last: int) -> Callable[[str], str]:
    """Return a mask that shows so much at both ends, and of anything shorter never more than half."""

    def mask(text: str) -> str:
        shown = min(first + last, len(text) // 2)
        end = min(last, shown * last // (first + last))
        return f"{text[: shown - end]}{'*' * (len(text) - shown)}{text[len(text) - end :]}"

    return mask


def _whole(length: int, first: int, last: int) -> Callable[[str], str]:
    """Return the mask in common use for numbers of that length; what is shorter or longer shows at most half."""
    shorter = _part_hidden(first, last)
    hidden = "*" * (length - first - last)

    def mask(text: str) -> str:
        return f"{text[:first]}{hidden}{text[-last:]}" if len(text) == length else shorter(text)

    return mask


def _mask_name(name: str) -> str:
    if len(name) < 2:
        return "*"
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


# Province, city and county as the law names them; what comes after is a street, a village or a house.
_ADDRESS = re.compile(
    "(?:[^省区市县路街镇乡村号]{2,8}?(?:省|自治区|特别行政区))?"
    "(?:[^省县路街镇乡村号]{2,10}?(?:市(?!场|政|民)|自治州|地区|盟))?"
    "(?:[^路街道镇乡村号]{1,8}?(?:(?<![社小园校厂库])区|县|(?<!红)旗|市(?!场|政|民)))?"
)


def _mask_address(address: str) -> str:
    found = _ADDRESS.match(address)
    return f"{found[0] if found and found[0] else address[:2]}****"


def _mask_email(address: str) -> str:
    before, _at, after = address.rpartition("@")
    return f"{before[:1] if len(before) > 1 else ''}***@{after}" if before else "***"


def _mask_card(number: str) -> str:
    return f"**** **** **** {number[-4:] if len(number) >= 12 else '****'}"


_MASKS: dict[str, Callable[[str], str]] = {
    "name": _mask_name,
    "id-number": _whole(18, 6, 4),
    "id-number-public": _whole(18, 3, 2),
    "passport": _part_hidden(2, 2),
    "mobile": _whole(11, 3, 4),
    "bank-card": _mask_card,
    "address": _mask_address,
    "email": _mask_email,
    "plate": lambda text: f"{text[:2]}**{text[4:]}" if len(text) in {7, 8} else _part_hidden(1, 2)(text),
}
