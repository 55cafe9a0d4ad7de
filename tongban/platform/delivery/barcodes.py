"""Code 128 (ISO/IEC 15417), code set B: the bars of a waybill number."""

# Widths of bar, space, bar, space, bar, space: six figures each; 104 begins code set B, 106 ends, with one more.
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "2141214121211111431113411311411141131143114111134113111131411141313111414111312114122112142112322331112"
)
_BEGIN, _END = 104, 106
_QUIET = 10


def code128(text: str) -> tuple[list[tuple[int, int]], int]:
    """Return the bars of a text as (place, width), and the width of the whole with its quiet zones, in modules.

    text   of printable ASCII; raises ValueError for anything else
    """
    if not text or any(not 32 <= ord(char) < 127 for char in text):
        raise ValueError("Code 128 B holds printable ASCII")
    values = [_BEGIN, *(ord(char) - 32 for char in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    bars, place = [], _QUIET
    for value in [*values, check, _END]:
        for number, width in enumerate(_widths(value)):
            if number % 2 == 0:
                bars.append((place, width))
            place += width
    return bars, place + _QUIET


def _widths(value: int) -> list[int]:
    last = None if value == _END else 6 * value + 6
    return [int(figure) for figure in _WIDTHS[6 * value : last]]
