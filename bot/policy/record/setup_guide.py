"""The first-run guide: what an admin sets up, in the order in which each step depends on the one before.

Severity, routing, cadence, root cause: S1's order. A step is done when the record proves it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetupGuide:
    """How far the set-up is. `gaps` are what is missing in the routing, in words."""

    has_own_policy: bool
    gaps: tuple[str, ...]
    has_escalations: bool
    has_updates: bool
    has_reviews: bool

    @property
    def is_over(self) -> bool:
        """Return True if nothing is left to say: routing is complete, and every step has been gone once."""
        return not self.gaps and self.has_escalations and self.has_updates and self.has_reviews
