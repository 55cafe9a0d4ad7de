"""Start one channel: `python -m tongban.city.paying wechat FOLDER SOCKET ADDRESS`."""

import socket
import sys
from typing import Any

from tongban.city.counterpart.serving import own_folder, serve
from tongban.city.paying import alipay, wechat
from tongban.city.paying.door import ChannelDoor

CHANNELS: dict[str, tuple[Any, str, str]] = {
    "wechat": (wechat.WechatCounterpart, wechat.NAME, wechat.COLOUR),
    "alipay": (alipay.AlipayCounterpart, alipay.NAME, alipay.COLOUR),
}


def door_of(channel: str, folder: str, base: str) -> type[ChannelDoor]:
    counterpart, name, colour = CHANNELS[channel]
    made = counterpart(own_folder(folder), base)
    here = {
        "store": made.till,
        "base": base,
        "name": name,
        "colour": colour,
        "answered": staticmethod(made.answered),
        "paid": staticmethod(made.paid),
    }
    return type("OneChannelDoor", (ChannelDoor,), here)


if __name__ == "__main__":
    serve(door_of(sys.argv[1], sys.argv[2], sys.argv[4]), socket.socket(fileno=int(sys.argv[3])))
