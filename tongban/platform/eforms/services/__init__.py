"""Load a form, read and check answers, show questions and answers."""

from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.platform.eforms.rules.checks import (
    Check,
)
from tongban.platform.eforms.rules.layout import (
    COLUMN_WIDGETS,
    WIDGETS,
    Field,
    Step,
    is_fact,
)
from tongban.platform.eforms.rules.showing import (
    dated,
)
from tongban.platform.eforms.services.findings import (
    Finding,
    checks_ask,
    checks_before_answers,
    findings,
    registers_asked,
    step_of_finding,
)
from tongban.platform.eforms.services.forms import (
    BrokenForm,
    Form,
    UnknownStep,
    check,
    holds,
    load,
)
from tongban.platform.eforms.services.questions import (
    Question,
    part_of,
    questions,
)
from tongban.platform.eforms.services.words import (
    differs_from_register,
    line,
)

__all__ = [
    "COLUMN_WIDGETS",
    "WIDGETS",
    "BrokenForm",
    "Check",
    "Field",
    "Finding",
    "Form",
    "Problem",
    "Question",
    "Step",
    "UnknownStep",
    "check",
    "checks_ask",
    "checks_before_answers",
    "dated",
    "differs_from_register",
    "findings",
    "holds",
    "is_fact",
    "line",
    "load",
    "part_of",
    "questions",
    "registers_asked",
    "sentence",
    "step_of_finding",
]
