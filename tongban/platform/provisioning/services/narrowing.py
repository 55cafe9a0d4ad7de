"""What of a SCIM filter the database can answer: which rows may fit. Whether they do, the filter says itself."""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from scim2_models.path.expressions import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)
from scim2_models.path.visitor import FilterVisitor

LOOKUPS = {
    CompareOperator.eq: "iexact",
    CompareOperator.co: "icontains",
    CompareOperator.sw: "istartswith",
    CompareOperator.ew: "iendswith",
}


def narrowed(node: FilterNode, columns: Mapping[str, str]) -> Q:
    """Return a condition that every row fits which fits the filter; more rows may.

    columns   attribute in small letters -> column. A column “=login” is compared exactly, in small letters.
    """
    return _Narrowing(columns).visit(node) or Q()


class _Narrowing(FilterVisitor[Q | None]):
    """None: the database knows nothing of this."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.columns = columns

    def visit_comparison(self, node: Comparison) -> Q | None:
        column, value = self.columns.get(str(node.attr_path).rpartition(":")[2].lower(), ""), node.value
        if not column:
            return None
        if isinstance(value, bool):
            return Q(**{column: value}) if node.op == CompareOperator.eq else None
        if not isinstance(value, str) or node.op not in LOOKUPS or not _one_case_alone(value):
            return None
        if column.startswith("="):
            exact = column.removeprefix("=")
            return Q(**{exact: value.lower()}) if node.op == CompareOperator.eq else None
        return Q(**{f"{column}__{LOOKUPS[node.op]}": value})

    def visit_logical_expr(self, node: LogicalExpr) -> Q | None:
        parts = [self.visit(term) for term in node.terms]
        known = [part for part in parts if part is not None]
        if node.op == LogicalOperator.and_:
            return reduce(and_, known) if known else None
        return reduce(or_, known) if len(known) == len(parts) else None

    def visit_not(self, node: Not) -> Q | None:
        # What may fit says nothing of what does not.
        return None

    def visit_present(self, node: Present) -> Q | None:
        return None

    def visit_value_path(self, node: ValuePath) -> Q | None:
        return None


def _one_case_alone(value: str) -> bool:
    """Say whether every database compares this without regard to case: they know the case of ASCII letters alone."""
    return all(char.isascii() or char.lower() == char.upper() for char in value)


def columns_of(**named: str) -> Mapping[str, Any]:
    """Return columns by attribute in small letters, with what every resource has."""
    entry = {"externalid": "directory_entry__external_name"}
    return {**entry, **{name.lower(): column for name, column in named.items()}}
