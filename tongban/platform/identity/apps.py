from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Identity(module.Module):
    """Accounts, departments, duties: who signs in, and what they may do where."""

    name = "tongban.platform.identity"
    title = _("Accounts")
    duties = {
        "identity.manage": _("Look after accounts and positions"),
        "identity.manage_tokens": _("Give and revoke the keys of other systems"),
    }
    house_duties = frozenset({"identity.manage_tokens"})
    # Otherwise one would appoint the second person, who confirms whatever one likes.
    joint_duties = frozenset({"identity.manage"})
    menu = {
        "hall": [module.Entry("identity:sessions", _("My sign-ins"))],
        "desk": [
            module.Entry(
                "identity:accounts",
                _("Accounts and positions"),
                "identity.manage",
                _("Open accounts, give and end positions"),
            ),
            module.Entry(
                "identity:tokens",
                _("Keys of other systems"),
                "identity.manage_tokens",
                _("Let other systems in, and shut them out"),
            ),
        ],
    }
    settings = {
        # Sign-ins: so many failures are free, then each makes the next wait longer, up to a limit.
        "IDENTITY_FREE_ATTEMPTS_PER_LOGIN": 5,
        "IDENTITY_FREE_ATTEMPTS_PER_LOGIN_ANYWHERE": 50,
        "IDENTITY_FREE_ATTEMPTS_PER_ADDRESS": 30,
        "IDENTITY_WAIT_SECONDS": 2,
        "IDENTITY_MAX_WAIT_SECONDS": 900,
        "IDENTITY_FORGET_ATTEMPTS_SECONDS": 3600,
        # Asking for what is another's: so many times within that time each attempt is told, then they are counted.
        "IDENTITY_DENIED_RECORDED_INDIVIDUALLY": 30,
        "IDENTITY_FORGET_DENIED_SECONDS": 3600,
        # One-time links to a new password: how long they work, and how many go out by mail within an hour.
        "IDENTITY_LINK_MINUTES": 30,
        "IDENTITY_LINK_HANDED_OVER_HOURS": 24,
        "IDENTITY_MAX_LINKS_PER_HOUR": 3,
        # How long a sign-in lasts without a request, and at most.
        "IDENTITY_PERSON_IDLE_MINUTES": 60,
        "IDENTITY_MAX_PERSON_HOURS": 24,
        "IDENTITY_STAFF_IDLE_MINUTES": 30,
        "IDENTITY_MAX_STAFF_HOURS": 10,
        # What is sent after a sign-in has ended is saved for so long, so many forms for one account, up to that size.
        "IDENTITY_LATE_FORM_HOURS": 24,
        "IDENTITY_MAX_LATE_FORMS": 5,
        "IDENTITY_MAX_LATE_FORM_KB": 1024,
        "IDENTITY_MAX_LATE_FORM_FILES_MB": 5,
        # So long before a sign-in ends its page says so.
        "IDENTITY_WARN_SECONDS": 120,
        # The time of the last request is written at most this often.
        "IDENTITY_SEEN_SECONDS": 60,
        # How many proxies of ours stand in front: that many entries at the end of X-Forwarded-For are true.
        "IDENTITY_PROXIES": 0,
        "IDENTITY_TOKEN_DAYS": 365,
        "IDENTITY_DEMO_PASSWORD": "Tongban-2026",
    }
