"""How personal data is masked on screen."""

import re

PHONE = re.compile(r"1\d{10}")
ID_NUMBER = re.compile(r"\d{17}[\dXx]")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def masked(text: str) -> str:
    """Hide the middle of a value, by what it looks like.

    ID number: first 6 and last 4 stay; mobile phone: 3 and 4; e-mail: the first letter; day: the year; other numbers
    of 8 characters and more: the last 4; a name: the first character, of three and more also the last.
    """
    text = text.strip()
    if ID_NUMBER.fullmatch(text):
        return f"{text[:6]}********{text[-4:]}"
    if PHONE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    if DAY.fullmatch(text):
        return f"{text[:4]}-**-**"
    if "@" in text:
        return f"{text[:1]}***{text[text.index('@') :]}"
    if len(text) >= 8 and text.isascii():
        return f"{'*' * (len(text) - 4)}{text[-4:]}"
    if len(text) >= 3:
        return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"
    return f"{text[:1]}{'*' * (len(text) - 1)}"
