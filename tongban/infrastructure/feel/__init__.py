"""FEEL, the expression language of DMN: a strict subset, read and evaluated without running any code.

`parse("age >= 80 and not(refused)").evaluate({"age": 81})` gives a value, None for null; `unary("[80..90)")` reads the
cell of a table. What is not carried raises UnreadableExpression, whose `problem` says where and what to write instead.
"""

from tongban.infrastructure.feel.rules.expressions import Expression as Expression
from tongban.infrastructure.feel.rules.expressions import Unary as Unary
from tongban.infrastructure.feel.rules.expressions import parse as parse
from tongban.infrastructure.feel.rules.expressions import unary as unary
from tongban.infrastructure.feel.rules.problems import UnreadableExpression as UnreadableExpression
from tongban.infrastructure.feel.rules.values import Months as Months
from tongban.infrastructure.feel.rules.values import compare as compare
from tongban.infrastructure.feel.rules.values import equal as equal
from tongban.infrastructure.feel.rules.values import kind as kind
from tongban.infrastructure.feel.rules.values import plain as plain
from tongban.infrastructure.feel.rules.values import taken as taken
from tongban.infrastructure.feel.rules.values import written as written
