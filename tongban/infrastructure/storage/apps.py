from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Storage(module.Module):
    """Files: taken in by content, saved by digest, never half-written."""

    name = "tongban.infrastructure.storage"
    title = _("Storage")
    settings = {
        "STORAGE_CLAMD": module.Setting(
            "",
            "ClamAV: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. Without it a built-in check looks for test "
            "viruses; files with active content are refused either way",
        ),
        "STORAGE_CLAMD_SECONDS": module.Setting(20, "how long the virus scanner may take"),
        "STORAGE_MAX_PIXELS": module.Setting(50_000_000, "pictures with more pixels are refused"),
        "STORAGE_MAX_MB": module.Setting(
            100,
            "the largest file that is taken in, whatever a service allows; the page 外部连接 tries the virus scanner "
            "with one of that size",
        ),
    }
