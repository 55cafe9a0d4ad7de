"""One list of materials out of those of several services: what they all ask for is given once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.applications.bundles.rules.merging import renamed
from tongban.infrastructure.kernel.problems import Problem, gettext_noop

Line = Mapping[str, Any]
# paper -> item -> code of the line
Papers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class ItemLines:
    """What one item asks for.

    lines    `[[material]]` of its service
    names    what its questions are called in the merged form
    coming   kinds of licences that an earlier item of the same application brings; they are not asked for
    brought  codes of lines that an earlier item's letter answers; neither are they
    """

    key: str
    service: str
    title: str
    lines: Sequence[Line]
    names: Mapping[str, str]
    coming: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()

    def asked(self) -> list[Line]:
        """Return the lines that the applicant answers now."""
        return [
            line
            for line in self.lines
            if line["code"] not in self.brought and line.get("fetch", {}).get("licence") not in self.coming
        ]


def code_of(item: str, code: str, papers: Papers) -> str:
    """Return under which code the merged list asks for a line of an item."""
    found = next((paper for paper, asked in papers.items() if asked.get(item) == code), "")
    return found or f"{item}-{code}"


def merged_lines(items: Sequence[ItemLines], papers: Papers) -> list[dict[str, Any]]:
    """Return the lines of all items together, each paper once; `asked_by`: titles of the items that ask for it."""
    found: dict[str, list[tuple[ItemLines, Line]]] = {}
    for item in items:
        for line in item.asked():
            found.setdefault(code_of(item.key, line["code"], papers), []).append((item, line))
    return [_line(code, asked) for code, asked in found.items()]


def _line(code: str, asked: Sequence[tuple[ItemLines, Line]]) -> dict[str, Any]:
    first, lines = asked[0][1], [line for _item, line in asked]
    conditions = [renamed(line["when"], item.names) if "when" in line else None for item, line in asked]
    kinds = [kind for kind in first.get("accept", ()) if all(kind in line.get("accept", (kind,)) for line in lines)]
    kept = {key: value for key, value in first.items() if key not in {"when", "deferrable"}}
    return {
        **kept,
        "code": code,
        "required": any(line.get("required", True) for line in lines),
        **({"accept": kinds} if kinds else {}),
        **({"max_mb": min(line["max_mb"] for line in lines)} if all("max_mb" in line for line in lines) else {}),
        **({} if None in conditions else {"when": _any_of(conditions)}),
        "asked_by": [item.title for item, _line in asked],
        "sample_of": asked[0][0].service,
    }


def _any_of(conditions: Sequence[Any]) -> Any:
    different = [one for number, one in enumerate(conditions) if one not in conditions[:number]]
    return different[0] if len(different) == 1 else {"anyOf": different}


def problems(items: Sequence[ItemLines], papers: Papers) -> Iterator[Problem]:
    """Find what would be asked for twice, and what is declared one paper and cannot be."""
    lines = {(item.key, line["code"]): line for item in items for line in item.lines}
    for paper, asked in papers.items():
        for item, code in asked.items():
            if (item, code) not in lines:
                yield Problem(
                    "bundle.toml",
                    f"paper[{paper}].{item}",
                    gettext_noop("The item “%(item)s” asks for no material “%(code)s”."),
                    gettext_noop("Correct the spelling, or remove it."),
                    details={"item": item, "code": code},
                )
        known = [lines[pair] for pair in asked.items() if pair in lines]
        if known and not set.intersection(*(set(line.get("accept", ())) for line in known)):
            yield Problem(
                "bundle.toml",
                f"paper[{paper}]",
                gettext_noop("The items take different kinds of files for this."),
                gettext_noop("Ask for them apart, or let the services take one kind in common."),
            )
    yield from _twice(items, papers)


def _twice(items: Sequence[ItemLines], papers: Papers) -> Iterator[Problem]:
    seen: dict[str, tuple[str, str]] = {}
    for item in items:
        for line in item.lines:
            code = code_of(item.key, line["code"], papers)
            before = seen.setdefault(str(line["name"]), (item.key, code))
            if before[1] != code:
                yield Problem(
                    "bundle.toml",
                    f"paper[{line['code']}]",
                    gettext_noop("“%(one)s” and “%(other)s” both ask for “%(name)s”, which would be given twice."),
                    gettext_noop("Make them one paper under `[[paper]]`."),
                    details={"one": before[0], "other": item.key, "name": line["name"]},
                )
