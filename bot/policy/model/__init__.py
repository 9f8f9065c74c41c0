"""The parts of a policy, as pydantic models."""
