"""Whose duty parcels are in the demonstration's city."""

PLAN = {
    "role": [
        {"key": "window-clerk", "duties": ["delivery.post"]},
        {"key": "approver", "duties": ["delivery.post"]},
    ]
}
