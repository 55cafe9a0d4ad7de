"""Amounts in capitals, as receipts and cheques have them.

Source: 支付结算办法, 附件一 正确填写票据和结算凭证的基本规定.
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
MAX_FEN = 10**18 - 1


def capitals(fen: int) -> str:
    """Return an amount of renminbi in capitals: 壹仟肆佰零玖元伍角.

    An amount that ends at the yuan closes with 整; one that ends at the jiao need not. Raises ValueError for what
    cannot be written so.
    """
    if not 0 <= fen <= MAX_FEN:
        raise ValueError(f"{fen} fen cannot be written in capitals")
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not rest:
        return f"{whole or '零元'}整"
    parts = whole
    if jiao:
        # Where the yuan end with a zero, one stands before the jiao.
        parts += ("零" if yuan and yuan % 10 == 0 else "") + f"{DIGITS[jiao]}角"
    elif yuan:
        parts += "零"
    return parts + (f"{DIGITS[rest]}分" if rest else "")


def from_yuan(text: str) -> int:
    """Return in fen what is written in yuan, with at most two figures behind the point. Raises ValueError."""
    whole, _point, rest = text.strip().partition(".")
    if not (whole + rest).isdecimal() or not (whole + rest).isascii() or not whole or len(rest) > 2:
        raise ValueError(f"{text!r} is no amount")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def in_yuan(fen: int) -> str:
    """Return an amount in yuan, as channels write it: 12.05."""
    return f"{fen // 100}.{fen % 100:02}"


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        groups.append(number % 10000)
        number //= 10000
    said, gap = "", False
    for place, group in reversed(list(enumerate(groups))):
        if not group:
            gap = True
            continue
        said += ("零" if said and (gap or group < 1000) else "") + _group(group) + GROUPS[place]
        gap = False
    return said


def _group(number: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = True
            continue
        said += ("零" if said and gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return said
