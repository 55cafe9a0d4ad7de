"""What the demonstration's city shows of work orders: who dispatches, handles and verifies."""

PLAN = {
    "role": [
        {"key": "operator", "duties": ["workorders.dispatch", "workorders.verify"]},
        {"key": "approver", "duties": ["workorders.dispatch", "workorders.verify"]},
        {"key": "inspector", "duties": ["workorders.handle"]},
    ]
}
