"""What a policy would do: simulation, and migration of open escalations."""
