"""The verbs of sensing: register things, observe, publish rules, take care of alerts."""

from tongban.platform.sensing.services.alerts import (
    AlertClosedAlready,
    acknowledge_alert,
    close_alert,
    link_alert,
)
from tongban.platform.sensing.services.frames import Frame, Taken, receive, replay, replay_since
from tongban.platform.sensing.services.judging import apply_version, look_at_due
from tongban.platform.sensing.services.observing import Observed, Received, UnknownStream, observe, observe_many
from tongban.platform.sensing.services.publishing import publish_rule
from tongban.platform.sensing.services.reading import Series, Trial, around, series, try_rule
from tongban.platform.sensing.services.removing import forget_old, make_months
from tongban.platform.sensing.services.things import define_property, open_stream, register_sensor, register_thing

__all__ = [
    "AlertClosedAlready",
    "Frame",
    "Observed",
    "Received",
    "Series",
    "Taken",
    "Trial",
    "UnknownStream",
    "acknowledge_alert",
    "apply_version",
    "around",
    "close_alert",
    "define_property",
    "forget_old",
    "link_alert",
    "look_at_due",
    "make_months",
    "observe",
    "observe_many",
    "open_stream",
    "publish_rule",
    "receive",
    "register_sensor",
    "register_thing",
    "replay",
    "replay_since",
    "series",
    "try_rule",
]
