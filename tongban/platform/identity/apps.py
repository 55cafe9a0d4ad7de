from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module


class Identity(module.Module):
    """Accounts, departments, duties: who signs in, and what they may do where."""

    name = "tongban.platform.identity"
    title = _("Accounts")
    duties = {
        "identity.manage": _("Manage accounts and positions"),
        "identity.manage_tokens": _("Issue and revoke the keys of other systems"),
    }
    citywide_duties = frozenset({"identity.manage_tokens"})
    # Otherwise one would appoint the second person, who confirms whatever one likes.
    joint_duties = frozenset({"identity.manage"})
    links = {
        "sign_in": "hall:identity:sign_in",
        "sign_out": "hall:identity:sign_out",
        "session": "hall:identity:session",
    }
    menu = {
        "hall": [module.MenuEntry("identity:sessions", _("My sign-ins"), group="mine")],
        "desk": [
            module.MenuEntry("identity:deputy", _("Deputy and leave"), group="work"),
            module.MenuEntry(
                "identity:accounts",
                _("Accounts and positions"),
                "identity.manage",
                _("Open accounts, assign and end positions"),
                group="system",
            ),
            module.MenuEntry(
                "identity:departments",
                pgettext_lazy("identity", "Departments"),
                "identity.manage",
                _("See the tree of departments, dissolve one and name its successor"),
                group="system",
            ),
            module.MenuEntry(
                "identity:tokens",
                _("Keys of other systems"),
                "identity.manage_tokens",
                _("Issue and revoke keys for other systems"),
                group="system",
            ),
        ],
    }
    settings = {
        "IDENTITY_FREE_ATTEMPTS_PER_LOGIN": module.Setting(
            5, "wrong passwords for one name, from one place or known device, before each makes the next wait longer"
        ),
        "IDENTITY_FREE_ATTEMPTS_PER_LOGIN_ANYWHERE": module.Setting(
            50, "wrong passwords for one name from all devices it is not known on together, before these wait"
        ),
        "IDENTITY_FREE_ATTEMPTS_PER_ADDRESS": module.Setting(
            30, "attempts of one network at passwords, and at everything else that can be guessed, before it waits"
        ),
        "IDENTITY_WAIT_SECONDS": module.Setting(2, "the first wait; each further attempt doubles it"),
        "IDENTITY_MAX_WAIT_SECONDS": module.Setting(900, "the longest wait"),
        "IDENTITY_FORGET_ATTEMPTS_SECONDS": module.Setting(
            3600, "after so long without an attempt, counting begins anew"
        ),
        "IDENTITY_DENIED_RECORDED_INDIVIDUALLY": module.Setting(
            30,
            "attempts of one person at what is not theirs: so many have a fact each, the others are counted and "
            "recorded once a minute",
        ),
        "IDENTITY_FORGET_DENIED_SECONDS": module.Setting(3600, "within which time such attempts are counted"),
        "IDENTITY_LINK_MINUTES": module.Setting(30, "how long a one-time link to a new password works, sent by mail"),
        "IDENTITY_LINK_HANDED_OVER_HOURS": module.Setting(24, "how long one works that an official handed over"),
        "IDENTITY_MAX_LINKS_PER_HOUR": module.Setting(
            3, "how many such links go out by mail for one account within an hour"
        ),
        "IDENTITY_SECOND_STEP_MINUTES": module.Setting(
            10, "how long a right password is good for while its owner shows a second factor"
        ),
        "IDENTITY_PERSON_IDLE_MINUTES": module.Setting(60, "how long a person's sign-in lasts without a request"),
        "IDENTITY_MAX_PERSON_HOURS": module.Setting(24, "how long a person's sign-in lasts at most"),
        "IDENTITY_STAFF_IDLE_MINUTES": module.Setting(30, "how long an official's sign-in lasts without a request"),
        "IDENTITY_MAX_STAFF_HOURS": module.Setting(10, "how long an official's sign-in lasts at most"),
        "IDENTITY_LATE_FORM_HOURS": module.Setting(24, "how long what was sent after the end of a sign-in is saved"),
        "IDENTITY_MAX_LATE_FORMS": module.Setting(5, "how many such forms are saved for one account"),
        "IDENTITY_MAX_LATE_FORM_KB": module.Setting(1024, "how much text of one such form is saved"),
        "IDENTITY_MAX_LATE_FORM_FILES_MB": module.Setting(5, "how many megabytes of files of one such form are saved"),
        "IDENTITY_WARN_SECONDS": module.Setting(
            120, "how long before the end of a sign-in its page asks whether one goes on"
        ),
        "IDENTITY_SEEN_SECONDS": module.Setting(
            60, "how often the time of a sign-in's latest request is written at most"
        ),
        "IDENTITY_PROXIES": module.Setting(
            0, "how many proxies of yours stand in front: so many entries at the end of X-Forwarded-For are true"
        ),
        "IDENTITY_TOKEN_DAYS": module.Setting(365, "validity of keys of other systems"),
        "IDENTITY_DEMO_PASSWORD": module.Setting(
            "Tongban-2026", "what the sign-in page of a demonstration shows; nothing where `TONGBAN_DEMO` is off"
        ),
    }
