"""What a division code says by itself."""

import re


def level_of(code: str) -> str:
    """Return "province", "city", "district", "township" or "village", by the length and the zeros of a code.

    Source: GB/T 2260 (six digits, two each) and the statistical codes of nine and twelve digits below it.
    Raises ValueError for anything else.
    """
    if not re.fullmatch("[1-9][0-9]{5}([0-9]{3}){0,2}", code):
        raise ValueError(f"{code!r} is not a division code")
    if len(code) == 12:
        return "township" if code.endswith("000") else "village"
    if len(code) == 9:
        return "township"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "district"


def code_above(code: str) -> str | None:
    """Return the code of what a code lies in; None for a province.

    A city that has no districts (441900) is found above its townships, since their codes begin with its six digits.
    """
    level = level_of(code)
    if level == "province":
        return None
    if level == "city":
        return f"{code[:2]}0000"
    if level == "district":
        return f"{code[:4]}00"
    if level == "township":
        return code[:6]
    return f"{code[:9]}000"
