"""How letters are numbered."""


def number(*, mark: str, year: int, serial: str, turn: int = 1) -> str:
    """Return the number of a letter: what it does, the year, and the serial of what it is about.

    mark   what the letter does, in a word: "受"
    turn   the how-manieth letter of its kind about the same
    Vector: 受, 2026, 7F3K2QX is 受字〔2026〕7F3K2QX号; the second one ends in 号之2.
    """
    again = f"之{turn}" if turn > 1 else ""
    return f"{mark}字〔{year}〕{serial}号{again}"
