from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import module
from tongban.infrastructure.kernel.module import MenuEntry, Setting


class Sensing(module.Module):
    """Things that measure: streams of readings, their latest values, alerts by dated rules."""

    name = "tongban.platform.sensing"
    title = pgettext_lazy("sensing", "Sensing")
    duties = {
        "sensing.read": _("See things, readings and alerts"),
        "sensing.observe": _("Send readings of things"),
        "sensing.respond": _("Acknowledge and close alerts"),
        "sensing.steward": _("Look after things, streams and raw frames"),
        "sensing.rule": _("Write the rules by which alerts are raised"),
    }
    menu = {
        "desk": [
            MenuEntry(
                "sensing:alerts",
                pgettext_lazy("sensing", "Alerts"),
                "sensing.read",
                _("Acknowledge and close what sensors report"),
                group="city",
            ),
            MenuEntry("sensing:things", pgettext_lazy("sensing", "Things"), "sensing.read", group="city"),
            MenuEntry("sensing:frames", _("Raw frames"), "sensing.steward", group="city"),
        ],
    }
    settings = {
        "SENSING_CLOCK_AHEAD_SECONDS": Setting(
            300, "a reading that is further ahead of this clock is kept as doubtful, and no latest value"
        ),
        "SENSING_KEEP_DAYS": Setting(1100, "days after which readings are forgotten, where their stream says nothing"),
        "SENSING_KEEP_FRAMES_DAYS": Setting(90, "days after which raw frames are forgotten"),
        "SENSING_MQTT_HOST": Setting("127.0.0.1", "address at which `manage.py mqtt` is a broker"),
        "SENSING_MQTT_PORT": Setting(1883, "port at which `manage.py mqtt` is a broker"),
        "SENSING_MQTT_BROKER": Setting(
            "", "another broker at which it listens instead, mqtt://user:password@host:1883, or mqtts:// with TLS"
        ),
        "SENSING_MQTT_KEY": Setting("", "key of the system as which readings of that broker are taken in"),
    }
