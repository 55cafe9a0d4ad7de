"""How far a document may be trusted, and how dates are written out."""

from datetime import date

_DIGITS = "〇一二三四五六七八九"


def trust_of(origin: str) -> str:
    """Return the trust level a document starts with.

    A produced by an authority, B seen by an official, C uploaded, the original is to be checked.
    D is for what applicants make or declare themselves. Source: 国办函〔2022〕108 号, levels of materials.
    """
    return {"issued": "A", "fetched": "A", "field": "B", "uploaded": "C"}[origin]


def hanzi_date(day: date) -> str:
    """Write a date in Chinese numerals: 二〇二六年十一月二十二日."""
    return f"{''.join(_DIGITS[int(d)] for d in str(day.year))}年{_up_to_99(day.month)}月{_up_to_99(day.day)}日"


def _up_to_99(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
