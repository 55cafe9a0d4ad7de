"""How personal data is masked on screen, and which numbers in a text are telephones."""

import re

PHONE = re.compile(r"1\d{10}")
ID_NUMBER = re.compile(r"\d{17}[\dXx]")
# A line with its area code, a service line of five digits (12345, 96310, 95598), a line of 400, a mobile phone.
TELEPHONE = re.compile(
    r"(?<![\w.¥/-])(?:0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|1[3-9]\d{9}|(?:12[1-9]|9[56]\d)\d{2})(?![\d-]|\.\d)",
    re.ASCII,
)
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
