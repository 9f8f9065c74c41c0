"""How confidential escalations are told of."""
