from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Search(module.Module):
    """Texts of any room found by everyday questions: an index in memory, words, sounds, spelling."""

    name = "tongban.infrastructure.search"
    title = _("Text search")
