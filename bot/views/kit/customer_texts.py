"""Texts that are offered ready to send, to the customer or in an update without news."""

OFFER_OF_A_CALL = (
    "Thank you for telling us so openly. I want to put this right with you, and I would like to offer you a call with "
    "a senior member of our team. Which of the next days suits you best?"
)
INCIDENT_IS_OVER = (
    "The issue we told you about is resolved. Thank you for your patience. If you still see it, please tell us right "
    "away."
)
STILL_INVESTIGATING = "Still investigating; the root cause is not yet isolated."


def still_investigating_to_customer(next_at: str | None) -> str:
    """Return the customer text for an update without news. `next_at` is plain text with its zone."""
    promise = f" We will write again by {next_at}." if next_at else ""
    return f"We are still investigating; we have not yet isolated the cause, and we are working on it.{promise}"
