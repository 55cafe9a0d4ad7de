from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Storage(module.Module):
    """Files: taken in by content, kept by digest, never half-written.

    STORAGE_CLAMD   where clamd listens, "tcp://host:3310" or "unix:///run/clamav/clamd.ctl"; "" for the built-in check
    STORAGE_PIXELS  pictures with more pixels than this are refused before they are unpacked
    STORAGE_LARGEST_MB  no larger file is taken in, whatever a service allows; the scanner is tried with one
    """

    name = "tongban.infrastructure.storage"
    title = _("Storage")
    settings = {
        "STORAGE_CLAMD": "",
        "STORAGE_PIXELS": 50_000_000,
        "STORAGE_CLAMD_SECONDS": 20,
        "STORAGE_LARGEST_MB": 100,
    }
