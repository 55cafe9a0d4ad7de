"""What the demonstration shows of codes: whose duty it is to read them."""

PLAN = {
    "role": [
        {"key": "service-designer", "duties": ["codes.read"]},
        {"key": "operator", "duties": ["codes.read"]},
    ]
}
