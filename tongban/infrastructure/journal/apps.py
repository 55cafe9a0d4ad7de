from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Journal(module.Module):
    """What happened: audit trail and outbox in one, append-only, sealed in signed batches."""

    name = "tongban.infrastructure.journal"
    title = _("Journal")
    duties = {"journal.read": _("Read the journal")}
    citywide_duties = frozenset({"journal.read"})
    menu = {
        "desk": [
            module.MenuEntry(
                "journal:list",
                _("Journal"),
                "journal.read",
                _("Who did what, when and why, and proof that nothing was changed"),
                group="system",
            )
        ]
    }
    settings = {
        "JOURNAL_BATCH_FACTS": module.Setting(1000, "how many facts a sealed batch holds at most"),
        "JOURNAL_CHECK_HOUR": module.Setting(3, "hour of the nightly verification"),
        "JOURNAL_ANCHORS": module.Setting(
            "anchors",
            "folder where each sealed batch is noted outside of the database, within `TONGBAN_VAR` or with a whole "
            "path; empty for none. Best a disk or a machine where files can only be written on (`chattr +a`)",
        ),
        "JOURNAL_ANCHOR_MAIL": module.Setting("", "who gets the journal's state by mail after each nightly check"),
    }
