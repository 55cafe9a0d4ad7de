"""Make rules/simplified.py anew: which simplified character stands for a traditional one.

Run it after an upgrade: `pip install opencc-python-reimplemented`, then
`python tongban/infrastructure/search/data/make_simplified.py`. The product itself does not need the package.
"""

from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from textwrap import wrap

FILE = Path(__file__).parent.parent / "rules" / "simplified.py"
PACKAGE = "opencc-python-reimplemented"


def main() -> None:
    found = find_spec("opencc")
    if found is None or found.origin is None:
        raise SystemExit(f"Install {PACKAGE} first.")
    table = Path(found.origin).parent / "dictionary" / "TSCharacters.txt"
    traditional: dict[str, str] = defaultdict(str)
    for line in table.read_text().splitlines():
        character, _tab, simplified = line.partition("\t")
        first = simplified.split()[0]
        if len(character) == len(first) == 1 and character != first and max(character, first) <= "\uffff":
            traditional[first] += character
    source = f"{PACKAGE} {version(PACKAGE)} (Apache-2.0), its table TSCharacters; made {datetime.now(UTC).date()}."
    groups = wrap(" ".join(one + traditional[one] for one in sorted(traditional)), width=50)
    lines = [
        '"""Traditional characters as the simplified ones that search is asked and answered in.',
        "",
        f"Source: {source}",
        '"""',
        "",
        "# Each group: a simplified character, then those written for it. Made by data/make_simplified.py.",
        '_GROUPS = """',
        *groups,
        '"""',
        "SIMPLIFIED = {ord(other): group[0] for group in _GROUPS.split() for other in group[1:]}",
    ]
    FILE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
