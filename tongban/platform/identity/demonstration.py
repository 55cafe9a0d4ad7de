"""What the demonstration shows of identity: the operator's duties."""

PLAN = {"role": [{"key": "operator", "duties": ["identity.manage", "identity.manage_tokens"]}]}
