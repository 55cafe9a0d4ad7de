"""Make sounds.txt anew: which toneless syllable a character is read as, compact enough for every web process.

Run it after an upgrade of pypinyin: `python tongban/infrastructure/search/data/make_sounds.py`.
pypinyin itself holds 57 MB once it is loaded; this table holds about one.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.phrases_dict import phrases_dict

FILE = Path(__file__).with_name("sounds.txt")
# A second reading is kept where at least this share of the dictionary's words uses it.
SHARE = 0.12


def characters() -> list[str]:
    """Return the 6,763 characters of GB 2312, in its order."""
    found = []
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def main() -> None:
    known, today = characters(), datetime.now(UTC).date()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spoken = {}
    for phrase in phrases_dict:
        if KNOWN.issuperset(phrase):
            syllables = lazy_pinyin(phrase)
            spoken[phrase] = syllables
            for character, syllable in zip(phrase, syllables, strict=True):
                counts[character][syllable] += 1
    readings = {}
    for character in known:
        first = pinyin(character, style=Style.NORMAL)[0][0]
        total = sum(counts[character].values())
        common = [s for s, n in counts[character].most_common(3) if n >= SHARE * total and n > 2]
        readings[character] = common[:2] or [first]
    lines = [
        "# Toneless readings of the characters of GB 2312, and of two-character words read otherwise than their parts.",
        f"# Source: pypinyin {version('pypinyin')} (MIT) and its phrase dictionary; made {today} by make_sounds.py.",
    ]
    by_syllable: dict[str, str] = defaultdict(str)
    for character, sounds in readings.items():
        by_syllable[sounds[0]] += character
    lines += [f"{syllable} {chars}" for syllable, chars in sorted(by_syllable.items())]
    lines.append("# second readings")
    second: dict[str, str] = defaultdict(str)
    for character, sounds in readings.items():
        for sound in sounds[1:]:
            second[sound] += character
    lines += [f"+{syllable} {chars}" for syllable, chars in sorted(second.items())]
    lines.append("# words")
    for phrase, syllables in sorted(spoken.items()):
        if len(phrase) == 2 and syllables != [readings[c][0] for c in phrase]:
            lines.append(f"={phrase} {' '.join(syllables)}")
    FILE.write_text("\n".join(lines) + "\n")


KNOWN = frozenset(characters())

if __name__ == "__main__":
    main()
