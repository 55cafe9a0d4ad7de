"""A form that shows everything a form can do, and ways to bend it."""

from copy import deepcopy
from typing import Any

PREMISES: dict[str, Any] = {
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "经营场所登记表",
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 2, "maxLength": 20},
            "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
            "id": {"type": "string"},
            "phone": {"type": "string"},
            "kind": {"enum": ["catering", "sales"]},
            "items": {"type": "array", "items": {"enum": ["hot", "cold"]}, "minItems": 1, "uniqueItems": True},
            "cold_room": {"type": "boolean"},
            "room_m2": {"type": "number", "minimum": 4},
            "seats": {"type": "integer", "minimum": 0, "maximum": 5000},
            "lease_until": {"type": "string", "format": "date"},
            "address": {"type": "string", "maxLength": 100},
            "note": {"type": "string"},
            "equipment": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "properties": {
                        "what": {"type": "string", "maxLength": 10},
                        "count": {"type": "integer", "minimum": 1},
                    },
                    "required": ["what", "count"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["name", "uscc", "phone", "kind", "seats", "equipment"],
        "additionalProperties": False,
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "catering"}}, "required": ["kind"]},
                "then": {"required": ["items"]},
            },
            {
                "if": {"properties": {"cold_room": {"const": True}}, "required": ["cold_room"]},
                "then": {"required": ["room_m2"]},
            },
        ],
    },
    "layout": [
        {
            "step": "operator",
            "title": "经营者",
            "intro": "请核对。",
            "fields": [
                {
                    "name": "name",
                    "label": "名称",
                    "hint": "与执照一致。",
                    "widget": "text",
                    "prefill": "party.name",
                },
                {"name": "uscc", "label": "统一社会信用代码", "widget": "uscc", "prefill": "register:enterprise.uscc"},
                {"name": "id", "label": "负责人身份证号", "widget": "id-number", "sensitive": True},
                {"name": "phone", "label": "联系电话", "widget": "phone", "prefill": "party.phone", "sensitive": True},
            ],
        },
        {
            "step": "premises",
            "title": "经营场所",
            "fields": [
                {
                    "name": "kind",
                    "label": "主体业态",
                    "widget": "radio",
                    "options": [{"value": "catering", "label": "餐饮"}, {"value": "sales", "label": "销售"}],
                },
                {
                    "name": "items",
                    "label": "餐饮项目",
                    "widget": "checkboxes",
                    "options": [{"value": "hot", "label": "热食"}, {"value": "cold", "label": "冷食"}],
                    "when": {"properties": {"kind": {"const": "catering"}}, "required": ["kind"]},
                },
                {
                    "name": "cold_room",
                    "label": "是否设有专间",
                    "widget": "yes-no",
                    "when": {"properties": {"items": {"contains": {"const": "cold"}}}, "required": ["items"]},
                },
                {
                    "name": "room_m2",
                    "label": "专间面积（平方米）",
                    "widget": "number",
                    "when": {"properties": {"cold_room": {"const": True}}, "required": ["cold_room"]},
                },
                {"name": "seats", "label": "座位数", "widget": "number"},
                {"name": "lease_until", "label": "租期至", "widget": "date"},
                {"name": "address", "label": "地址", "widget": "address"},
                {"name": "note", "label": "说明", "widget": "textarea"},
            ],
        },
        {
            "step": "equipment",
            "title": "设备",
            "fields": [
                {
                    "name": "equipment",
                    "label": "主要设备",
                    "widget": "table",
                    "columns": [
                        {"name": "what", "label": "设备名称", "widget": "text"},
                        {"name": "count", "label": "数量", "widget": "number"},
                    ],
                }
            ],
        },
    ],
}

# The numbers pass their check characters and belong to nobody: 990102 is no division.
GOOD: dict[str, Any] = {
    "name": "禾香餐饮",
    "uscc": "91990102MA99H00124",
    "phone": "19900000103",
    "kind": "catering",
    "items": ["hot", "cold"],
    "cold_room": True,
    "room_m2": 9.6,
    "seats": 48,
    "equipment": [{"what": "冰箱", "count": 2}],
}


def bent(**changes: Any) -> dict[str, Any]:
    """Return the form with changes at dotted places, e.g. bent(**{"layout.0.fields.1.widget": "dance"})."""
    form = deepcopy(PREMISES)
    for place, value in changes.items():
        *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        target: Any = form
        for part in path:
            target = target[part]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return form
