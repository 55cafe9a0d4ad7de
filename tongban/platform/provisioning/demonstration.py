"""What the demonstration shows of provisioning: who may give a directory its key."""

PLAN = {"role": [{"key": "operator", "duties": ["provisioning.sync"]}]}
