"""What the demonstration's city shows of supervision: who answers, and who supervises."""

PLAN = {
    "role": [
        {"key": "approver", "duties": ["oversight.answer"]},
        {"key": "window-clerk", "duties": ["oversight.answer"]},
        {"key": "leader", "duties": ["oversight.supervise"]},
    ]
}
