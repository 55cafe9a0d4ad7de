"""What the demonstration shows of seals: the operator's duty."""

PLAN = {"role": [{"key": "operator", "duties": ["seals.manage"]}]}
