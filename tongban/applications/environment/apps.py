from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module


class Environment(module.Module):
    """Environment 智慧环保: what sources discharge, what air and water are like, by the standards in force that day."""

    name = "tongban.applications.environment"
    title = pgettext_lazy("environment", "Environment")
