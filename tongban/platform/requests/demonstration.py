"""Who receives and handles requests in the demonstration's city; what people say, the city systems tell."""

PLAN = {
    "role": [
        {"key": "leader", "duties": ["requests.receive"]},
        {"key": "approver", "duties": ["requests.handle"]},
    ]
}
