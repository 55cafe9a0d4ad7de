"""What the demonstration shows of transport: the operator's duty."""

PLAN = {"role": [{"key": "operator", "duties": ["transport.read"]}]}
