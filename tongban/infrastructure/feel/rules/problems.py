"""What is wrong with an expression: where, what, and what to write instead. Sentences are said by the kernel."""

from tongban.infrastructure.kernel.problems import Problem


class UnreadableExpression(ValueError):
    """The text is no expression of the subset of FEEL that is carried; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.place}: {problem.text % problem.details}")
        self.problem = problem


def refuse(position: int, text: str, remedy: str, **details: object) -> UnreadableExpression:
    """Return the fault to raise at a place, counted from 0."""
    return UnreadableExpression(Problem("", position + 1, text, remedy, details=details))
