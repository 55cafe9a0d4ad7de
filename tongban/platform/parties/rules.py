"""Numbers that people and organisations bear: are they right, what do they say, how much of them is shown.

Sources: GB 11643 (citizen number), GB 32100—2015 (unified social credit code), GB 11714 (organisation code).
Problems are named by words; the sentences for them stand in `services`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date

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
    """Return a number as it is kept: plain characters, upper case, no spaces or hyphens; 15 digits become 18."""
    plain = re.sub(r"[\s\-·]", "", unicodedata.normalize("NFKC", text)).upper()
    return _to_18(plain) if re.fullmatch(r"\d{15}", plain) else plain


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
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return "characters"
    born = _day(number[6:14])
    if born is None or (today and born > today):
        return "date"
    return None if id_check(number[:17]) == number[17] else "check"


def looks_like_id_number(text: str) -> bool:
    """Say whether somebody who typed this probably meant a citizen number: digits, perhaps an X at the end."""
    return bool(re.fullmatch(r"\d*X?", normal_number(text)))


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
    if set(code) - set(USCC_CHARACTERS) or not code[2:8].isdigit():
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


def is_short(text: str) -> bool:
    """Say whether a number is too short for a citizen's or an organisation's, old ones of 15 digits included."""
    return len(normal_number(text)) <= 12


def normal_phone(text: str) -> str:
    """Return a telephone number as it is kept: a mobile number as eleven digits, without the country's prefix.

    Any other keeps its hyphens: they alone say where the area code ends.
    """
    digits = _mobile_digits(text)
    return digits if re.fullmatch(r"1\d{10}", digits) else _without_spaces(text)


def mobile_problem(text: str) -> str | None:
    """Say what is wrong with a mobile number of the mainland: "length" or "characters"."""
    number = _mobile_digits(text)
    if len(number) != 11:
        return "length"
    return None if re.fullmatch(r"1[3-9]\d{9}", number) else "characters"


def masked(kind: str, text: str) -> str:
    """Return what may be shown of a personal value.

    kind   "name", "id-number", "id-number-public", "mobile", "bank-card", "address", "email" or "plate"
    Source: common practice of government sites; a table rather than a statute.
    """
    return _MASKS[kind](text) if text else ""


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same when spaces, width and the dot of foreign names are left aside."""
    return _plain_name(one) == _plain_name(other)


def reach(mandates: Iterable[Sequence[str] | None]) -> tuple[str, ...]:
    """Return the services an agent may act in by these mandates; () for all, as with no mandate by law."""
    lists = list(mandates)
    if not all(lists):
        return ()
    return tuple(sorted({code for services in lists for code in services or ()}))


def _to_18(number: str) -> str:
    first_17 = f"{number[:6]}19{number[6:]}"
    return first_17 + id_check(first_17)


def _without_spaces(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _mobile_digits(text: str) -> str:
    return re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", re.sub(r"[\-()]", "", _without_spaces(text)))


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _plain_name(name: str) -> str:
    return re.sub(r"[\s·•．.]", "", unicodedata.normalize("NFKC", name)).upper()


def _mask_name(name: str) -> str:
    return f"{name[0]}*" if len(name) <= 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _mask_address(address: str) -> str:
    found = re.match(r".*?(?:[区县旗]|市(?!.*?[区县旗市]))", address)
    return f"{found.group() if found else address[:2]}****"


_MASKS: dict[str, Callable[[str], str]] = {
    "name": _mask_name,
    "id-number": lambda text: f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}",
    "id-number-public": lambda text: f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}",
    "mobile": lambda text: f"{text[:3]}****{text[-4:]}",
    "bank-card": lambda text: f"**** **** **** {text[-4:]}",
    "address": _mask_address,
    "email": lambda text: f"{text[:1]}***@{text.partition('@')[2]}",
    "plate": lambda text: f"{text[:2]}**{text[4:]}",
}
