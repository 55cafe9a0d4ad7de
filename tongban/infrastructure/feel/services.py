"""Say in the reader's language why a text is no expression."""

from django.utils.translation import gettext

from tongban.infrastructure.feel.rules.problems import Problem


def sentence(problem: Problem) -> str:
    """Return “character 5: what is wrong. What to write instead.”"""
    where = gettext("character %(position)d") % {"position": problem.position}
    said = " ".join(gettext(part) % problem.details for part in (problem.text, problem.remedy))
    return f"{where}: " + said.replace("。 ", "。")
