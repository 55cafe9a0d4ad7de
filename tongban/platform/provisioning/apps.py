from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Provisioning(module.Module):
    """Officials and departments kept in step with a directory elsewhere, by SCIM 2.0 (RFC 7643, RFC 7644)."""

    name = "tongban.platform.provisioning"
    title = _("Provisioning")
    duties = {"provisioning.sync": _("Keep officials and departments in step with a directory (SCIM)")}
    citywide_duties = frozenset(duties)
    settings = {
        "PROVISIONING_MAX_RESULTS": module.Setting(200, "how many resources one page of SCIM has at most"),
        "PROVISIONING_MAX_COMPARED": module.Setting(
            20_000, "how many officials or departments one filter is compared with at most; more is refused"
        ),
    }
