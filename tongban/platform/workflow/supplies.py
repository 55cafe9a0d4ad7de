"""What workflow supplies to identity: the tasks that are open at a department."""

from collections.abc import Iterable

from django.utils.translation import ngettext

from tongban.platform.identity import ports
from tongban.platform.workflow import services as workflow


def open_work(department: int) -> Iterable[str]:
    number = workflow.open_at(department)
    return [ngettext("%(number)s open task", "%(number)s open tasks", number) % {"number": number}] if number else []


ports.register_work(open_work)
