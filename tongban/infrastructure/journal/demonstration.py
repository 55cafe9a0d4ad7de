"""What the demonstration shows of journal: the operator's duty."""

PLAN = {"role": [{"key": "operator", "duties": ["journal.read"]}]}
