"""Payment codes and the codes of electronic receipts: built and checked as the dated schemes say."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any


def payment_code(scheme: Mapping[str, Any], *, area: str, unit: str, on: date, chance: str) -> str:
    """Return a payment code (缴款码): area, office, year, figures by chance, and the figure that checks them.

    area, unit   codes of the area and of the office that collects; chance: random figures, as many as the scheme has
    """
    parts = (
        _figures(area, scheme["area_digits"]),
        _figures(unit, scheme["unit_digits"]),
        f"{on:%Y}"[-scheme["year_digits"] :],
        _figures(chance, scheme["random_digits"]),
    )
    body = "".join(parts)
    return body + mod_11_10(body)


def is_payment_code(text: str) -> bool:
    """Say whether a text can be a payment code: twenty figures, of which the last checks the others."""
    return bool(re.fullmatch(r"[0-9]{20}", text)) and mod_11_10(text[:-1]) == text[-1]


def mod_11_10(digits: str) -> str:
    """Return the check figure of figures by ISO/IEC 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def receipt_code(scheme: Mapping[str, Any], *, area: str, on: date) -> str:
    """Return the code of a kind of receipt (票据代码): region, category, kind and year, two figures each."""
    return f"{_figures(area[:2], 2)}{scheme['category']}{scheme['kind']}{on:%y}"


def _figures(text: str, number: int) -> str:
    """Return so many figures of a code: its first ones, with noughts behind where it has fewer."""
    return "".join(char for char in text if char.isdecimal() and char.isascii())[:number].ljust(number, "0")
