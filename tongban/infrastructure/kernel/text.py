"""One way to clean what people type, for every door: pages, interface, files, imports.

A character is never lost because this Python's tables do not know it: rare names use characters that were encoded
yesterday. What goes are characters nobody can see or type. Identifiers are cleaned more than prose, names in their own
way. Sources: Unicode Standard Annex 44 (general categories), GB 18030-2022 (characters that older systems kept in the
private use area), GB/T 15834-2011 section 4.14 (the dot in names is U+00B7).
"""

import re
import unicodedata

# Joiners that letters of several scripts, and composed emoji, need in running text.
_JOINERS = frozenset("\u200c\u200d")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DASHES = frozenset("\u2212\u2043\u02d7\u30fc\u2500\u2501\uff70")
_DOTS = "·•●∙⋅‧・･ㆍ．.᛫•◦‣⸱⸳ꞏ·\uf0b7"
_DOT = re.compile(rf"\s*[{re.escape(_DOTS)}]\s*")
_VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f]")
_SPACES = re.compile(r"\s+")
_MOBILE = re.compile("1[0-9]{10}")
_COUNTRY = re.compile(r"^(\+86|0086|86(?=1[0-9]{10}$))")

# GB 18030: private use of older systems -> the character it was encoded as since.
_FORMER_CODES = """
    E78D FE10, E78E FE12, E78F FE11, E790 FE13, E791 FE14, E792 FE15, E793 FE16, E794 FE17, E795 FE18,
    E796 FE19, E7C7 1E3F, E7C8 1F9, E815 2E81, E816 20087, E817 20089, E818 200CC, E819 2E84, E81A 3473,
    E81B 3447, E81C 2E88, E81D 2E8B, E81E 9FB4, E81F 359E, E820 361A, E821 360E, E822 2E8C, E823 2E97,
    E824 396E, E825 3918, E826 9FB5, E827 39CF, E828 39DF, E829 3A73, E82A 39D0, E82B 9FB6, E82C 9FB7,
    E82D 3B4E, E82E 3C6E, E82F 3CE0, E830 2EA7, E831 215D7, E832 9FB8, E833 2EAA, E834 4056, E835 415F,
    E836 2EAE, E837 4337, E838 2EB3, E839 2EB6, E83A 2EB7, E83B 2298F, E83C 43B1, E83D 43AC, E83E 2EBB,
    E83F 43DD, E840 44D6, E841 4661, E842 464C, E843 9FB9, E844 4723, E845 4729, E846 477C, E847 478D,
    E848 2ECA, E849 4947, E84A 497A, E84B 497D, E84C 4982, E84D 4983, E84E 4985, E84F 4986, E850 499F,
    E851 499B, E852 49B7, E853 49B6, E854 9FBA, E855 241FE, E856 4CA3, E857 4C9F, E858 4CA0, E859 4CA1,
    E85A 4C77, E85B 4CA2, E85C 4D13, E85D 4D14, E85E 4D15, E85F 4D16, E860 4D17, E861 4D18, E862 4D19,
    E863 4DAE, E864 9FBB
"""
_ENCODED = {
    int(old, 16): int(new, 16) for old, new in (pair.split() for pair in _FORMER_CODES.split(",") if pair.strip())
}


def prose(text: str, *, lines: bool = False) -> str:
    """Return running text: composed (NFC), without what nobody can see, without space at its ends.

    lines   True: line breaks stay, each as one "\\n", as a browser counts them; False: they become spaces
    """
    text = _LINE_ENDS.sub("\n", text.translate(_ENCODED))
    text = unicodedata.normalize("NFC", "".join(_visible(char) for char in text))
    return text.strip() if lines else " ".join(text.split())


def name(text: str) -> str:
    """Return the name of a person or an organisation as it is saved: prose, with U+00B7 for whatever dot was typed.

    A full stop stays one beside Latin letters, as in "J. Smith" and "Co., Ltd.".
    """
    plain = "".join(char for char in prose(text) if char not in _JOINERS)
    return _DOT.sub(_dot, plain)


def name_key(text: str) -> str:
    """Return by what two names are compared: without spaces, dots, width, case and variants of a glyph."""
    plain = unicodedata.normalize("NFKC", _VARIATIONS.sub("", name(text)))
    return _SPACES.sub("", re.sub(f"[{re.escape(_DOTS)}]", "", plain)).upper()


def identifier(text: str) -> str:
    """Return a number or code as its issuer writes it: ASCII digits and hyphens, capitals, no spaces, half width."""
    plain = unicodedata.normalize("NFKC", prose(text))
    plain = "".join(_plain(char) for char in plain if char not in _JOINERS)
    return _SPACES.sub("", _VARIATIONS.sub("", plain)).upper()


def compact(text: str) -> str:
    """Return an identifier without the hyphens and dots that only part its digits."""
    return re.sub(f"[-{re.escape(_DOTS)}]", "", identifier(text))


def address(text: str) -> str:
    """Return an e-mail or web address: half width, ASCII digits, no spaces and nothing invisible; its case stays."""
    plain = unicodedata.normalize("NFKC", prose(text))
    return _SPACES.sub("", "".join(char for char in plain if char not in _JOINERS))


def number(text: str) -> str:
    """Return what may be a number with ASCII digits, sign and point; anything else stays and is no number."""
    plain = unicodedata.normalize("NFKC", prose(text))
    return _SPACES.sub("", "".join(_plain(char) for char in plain))


def mobile(text: str) -> str:
    """Return a mobile number of the mainland as its eleven digits; any other telephone number with its hyphens.

    The hyphens alone say where an area code ends; in a mobile number they mean nothing.
    """
    plain = re.sub("[()]", "", identifier(text))
    digits = _COUNTRY.sub("", plain.replace("-", ""))
    return digits if _MOBILE.fullmatch(digits) else plain


def unsaved(text: str) -> bool:
    """Say whether text holds what no database keeps: a zero byte, half a character, or a non-character."""
    return any(char == "\0" or unicodedata.category(char) == "Cs" or _is_no_character(char) for char in text)


def _visible(char: str) -> str:
    """Return what stays of a character: itself, a space for a control, nothing for a mark that only steers."""
    if char in "\n" or char in _JOINERS:
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category in {"Cc", "Cs"} or (category == "Cn" and _is_no_character(char)):
        return " "
    return char


def _is_no_character(char: str) -> bool:
    code = ord(char)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return "-" if unicodedata.category(char) == "Pd" or char in _DASHES else char


def _dot(found: re.Match[str]) -> str:
    """Return the dot of names, unless it is a full stop that ends or parts Latin letters."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if found[0].strip() in {".", "．"} and not (_is_han(before) and _is_han(after)):
        return found[0]
    return "·" if before and after else found[0].strip()


def _is_han(char: str) -> bool:
    return bool(char) and ord(char) >= 0x2E80 and unicodedata.category(char) in {"Lo", "Cn", "Co"}
