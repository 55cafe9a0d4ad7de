"""Whose duty money is in the demonstration's city."""

PLAN = {
    "role": [
        {"key": "window-clerk", "duties": ["payments.collect"]},
        {"key": "approver", "duties": ["payments.manage"]},
        {"key": "operator", "duties": ["payments.reconcile"]},
    ]
}
