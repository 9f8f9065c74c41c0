"""How many calls the workspace's rates leave room for: what a claim asks before it takes work that would be refused."""

from typing import Protocol


class Rates(Protocol):
    """The rates of the workspace, as they stand now in this process. Asking takes nothing from them.

    `call` is the workspace's own name of a call, as in `OutsideError.call`; `to` the channel or person that a message
    goes to. Both answers are for ordinary calls: an urgent one (a page, a breach) is held back only where the
    workspace has refused a message to that very place, so it is always worth claiming.

    A channel that has been refused needs no question by the claim: the attempt is turned away without a call, with the
    time to come back (`Temporary.retry_after`), and messages of one lane go one by one. People are asked about:
    thousands of messages may wait for one of them.
    """

    def room(self, call: str, to: str | None = None) -> int:
        """Return how many calls may be made now, one after another, without a wait; 0 while it is held back."""
        ...

    def wait(self, call: str, to: str | None = None) -> float:
        """Return the seconds until there is room for one call; 0 when there is room now."""
        ...
