"""What people see of a carrier, and do with its parcels."""

from collections.abc import Callable

from tongban.city.counterpart import door
from tongban.city.counterpart.door import TEXT, CounterpartReply, one_of_each, see
from tongban.city.posting import yard
from tongban.city.posting.depot import Depot

SENDER = {
    "sender": {
        "name": "云泽市政务服务中心寄递窗口",
        "phone": "099055510100",
        "province": "",
        "city": "云泽市",
        "county": "临湖区",
        "street": "湖滨大道100号政务服务中心一楼",
    }
}


class CarrierDoor(door.Door):
    """moved: lets something happen to a parcel, and says whether it could."""

    store: Depot
    moved: Callable[[str, str], bool]
    done_first = True

    def shown(self, path: str, body: bytes) -> CounterpartReply | None:
        if path not in {"/", "/move", "/faults"}:
            return None
        if path == "/":
            return self.page("快件", yard.parcels(self.store.all(), self.store.faults))
        if self.command != "POST":
            return CounterpartReply(405, TEXT, b"")
        if path == "/faults":
            return self.faults_set(body, f"{self.base}/")
        said = one_of_each(body.decode())
        if not type(self).moved(said.get("waybill", ""), said.get("step", "")):
            return CounterpartReply(409, TEXT, "这个快件现在不能这样处理。".encode())
        return see(f"{self.base}/")
