"""The verbs of identity: signing in and out, accounts and positions, keys of other systems, tried doors."""

from tongban.platform.identity.services.accounts import (
    LoginTaken,
    NotYourself,
    WeakPassword,
    deactivate,
    open_account,
    reactivate,
)
from tongban.platform.identity.services.actors import actor_of, grants_of, home_of, nobody
from tongban.platform.identity.services.departments import (
    ReachesTheHouse,
    looks_after,
    looks_after_all,
    place_department,
    subtree,
)
from tongban.platform.identity.services.devices import known_device
from tongban.platform.identity.services.doors import attempts_kept, door_tried, missing, tell_counted
from tongban.platform.identity.services.late_forms import (
    discard_late,
    files_of,
    late_form,
    put_back,
    save_late,
    take_late,
)
from tongban.platform.identity.services.positions import (
    NoSuchPlaceToStandIn,
    appoint,
    define_role,
    end_position,
    office_of,
    roles_to_give,
)
from tongban.platform.identity.services.resetting import (
    LinkOver,
    NoPassword,
    address_of,
    ask_for_link,
    link_of,
    make_link,
    reset_password,
)
from tongban.platform.identity.services.signing_in import (
    WrongPassword,
    change_password,
    end_other_visits,
    end_visit,
    sign_in,
    sign_out,
    tidy,
)
from tongban.platform.identity.services.throttle import TooManyTries, counted_as, proven, throttle
from tongban.platform.identity.services.tokens import NotASystem, make_token, revoke_token, token_actor

__all__ = [
    "LinkOver",
    "LoginTaken",
    "NoPassword",
    "NoSuchPlaceToStandIn",
    "NotASystem",
    "NotYourself",
    "ReachesTheHouse",
    "TooManyTries",
    "WeakPassword",
    "WrongPassword",
    "actor_of",
    "address_of",
    "appoint",
    "ask_for_link",
    "attempts_kept",
    "change_password",
    "counted_as",
    "deactivate",
    "define_role",
    "discard_late",
    "door_tried",
    "end_other_visits",
    "end_position",
    "end_visit",
    "files_of",
    "grants_of",
    "home_of",
    "known_device",
    "late_form",
    "link_of",
    "looks_after",
    "looks_after_all",
    "make_link",
    "make_token",
    "missing",
    "nobody",
    "office_of",
    "open_account",
    "place_department",
    "proven",
    "put_back",
    "reactivate",
    "reset_password",
    "revoke_token",
    "roles_to_give",
    "save_late",
    "sign_in",
    "sign_out",
    "subtree",
    "take_late",
    "tell_counted",
    "throttle",
    "tidy",
    "token_actor",
]
