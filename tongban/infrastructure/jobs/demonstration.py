"""What the demonstration shows of jobs: the operator's duty."""

PLAN = {"role": [{"key": "operator", "duties": ["jobs.run"]}]}
