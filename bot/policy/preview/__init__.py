"""Previews of a policy: simulation, and migration of open escalations."""
