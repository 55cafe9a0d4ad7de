from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Journal(module.Module):
    """What happened: audit trail and outbox in one, append-only, sealed in signed batches."""

    name = "tongban.infrastructure.journal"
    title = _("Journal")
    duties = {"journal.read": _("Read the journal")}
    house_duties = frozenset({"journal.read"})
    menu = {
        "desk": [
            module.Entry(
                "journal:list",
                _("Journal"),
                "journal.read",
                _("Who did what, when and why; and the proof that nothing was changed"),
            )
        ]
    }
    settings = {
        "JOURNAL_BATCH_FACTS": 1000,
        "JOURNAL_CHECK_HOUR": 3,
        # A folder, within VAR where it does not begin with a slash; "" for none. Each sealed batch is noted there.
        "JOURNAL_ANCHORS": "anchors",
        "JOURNAL_ANCHOR_MAIL": "",  # who gets the newest anchor by mail after each nightly check
    }
