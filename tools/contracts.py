"""A contract for import-linter: neighbours use the doors."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Doors(Contract):
    """A room may import of its neighbours only the files that are doors."""

    type_name = "doors"
    floors = fields.ListField(subfield=fields.StringField())
    open = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            (importer, imported)
            for imported in sorted(graph.modules)
            if self._is_private(imported)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if room(importer) != room(imported) and importer.startswith("tongban.") and ".tests" not in importer
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        broken: list[tuple[str, str]] = check.metadata["broken"]
        for importer, imported in broken:
            output.print_error(f"{importer} imports {imported}, which is not a door", bold=True)

    def _is_private(self, module: str) -> bool:
        parts = module.split(".")
        floors: Any = self.floors
        opened: Any = self.open
        return len(parts) > 3 and parts[1] in floors and parts[3] not in opened


def room(module: str) -> tuple[str, ...]:
    return tuple(module.split(".")[:3])
