"""What tests and samples build of: entries as an office writes them, and what devices send."""

from datetime import timedelta
from typing import Any

from tongban.applications.safecity import services as safecity
from tongban.infrastructure.kernel import clock
from tongban.platform.identity.models import Department

NUMBER, PASSWORD = "99010200001110000001", "Secret-28181"
CHANNEL = "99010200001320000001"
STREAM = "https://video.example/hls/1.m3u8"
ITEM = f"<Item><DeviceID>{CHANNEL}</DeviceID><Name>广场东</Name><Status>ON</Status></Item>"


def device_entry(department: Department, area: str = "", **changes: Any) -> safecity.DeviceEntry:
    given: dict[str, Any] = {
        "number": NUMBER, "name": "广场录像机", "department": department, "area": area,
        "latitude": 30.26, "longitude": 118.33, "password": PASSWORD,
    }  # fmt: skip
    return safecity.DeviceEntry(**given | changes)


def camera_entry(department: Department, area: str = "", **changes: Any) -> safecity.CameraEntry:
    today = clock.today()
    given: dict[str, Any] = {
        "number": "AF-1", "name": "广场东侧", "department": department, "area": area, "address": "湖滨路2号",
        "operator": "云泽市公安局", "purpose": "广场秩序", "legal_basis": "《公共安全视频图像信息系统管理条例》",
        "sign": "公共区域　视频监控", "sign_seen_on": today, "retention_days": 30, "valid_from": today,
        "valid_until": today + timedelta(days=365), "video": STREAM, "latitude": 30.2601, "longitude": 118.3312,
    }  # fmt: skip
    return safecity.CameraEntry(**given | changes)


def source_entry(department: Department, client: str, area: str = "", **changes: Any) -> safecity.SourceEntry:
    today = clock.today()
    given: dict[str, Any] = {
        "name": "比对系统", "operator": "市公安局", "department": department, "area": area, "purpose": "线索核实",
        "legal_basis": "人民警察法第九条", "client": client, "keep_days": 7, "valid_from": today,
        "valid_until": today + timedelta(days=30),
    }  # fmt: skip
    return safecity.SourceEntry(**given | changes)


def told(root: str, command: str, more: str = "", *, sn: int = 1, device: str = NUMBER) -> bytes:
    """Return a body as a device writes it, in GB 2312."""
    text = f"<{root}><CmdType>{command}</CmdType><SN>{sn}</SN><DeviceID>{device}</DeviceID>{more}</{root}>"
    return f'<?xml version="1.0" encoding="GB2312"?>\r\n{text}'.encode("gb2312")


def catalogue(*, sn: int = 1) -> bytes:
    return told("Response", "Catalog", f"<SumNum>1</SumNum><DeviceList Num='1'>{ITEM}</DeviceList>", sn=sn)


def alarm(*, sn: int = 2, level: int = 2, at: str = "") -> bytes:
    said = f"<AlarmPriority>{level}</AlarmPriority><AlarmMethod>2</AlarmMethod><Info><AlarmType>2</AlarmType></Info>"
    when = f"<AlarmTime>{at}</AlarmTime>" if at else ""
    return told("Notify", "Alarm", f"{said}{when}<AlarmDescription>外壳被打开</AlarmDescription>", sn=sn)
