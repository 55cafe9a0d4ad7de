from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Kernel(module.Module):
    """The few words every room uses: Actor, Refusal, Module, Money, clock, ids."""

    name = "tongban.infrastructure.kernel"
    title = _("Kernel")
