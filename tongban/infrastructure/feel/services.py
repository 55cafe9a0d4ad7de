"""Say in the reader's language why a text is no expression."""

from django.utils.translation import gettext

from tongban.infrastructure.feel.rules.problems import Problem


def sentence(problem: Problem) -> str:
    """Return “character 5: what is wrong. What to write instead.”"""
    return f"{gettext('character %(position)d') % {'position': problem.position}}: {reason(problem)}"


def reason(problem: Problem) -> str:
    """Return the same without the place, where it stands within another sentence."""
    text = " ".join(gettext(part) % problem.details for part in (problem.text, problem.remedy))
    return text.replace("。 ", "。")
