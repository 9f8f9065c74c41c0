"""What a policy says, part by part, as pydantic models."""
