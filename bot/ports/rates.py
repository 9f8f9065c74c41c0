"""The room left in the workspace's rate limits, so that a claim doesn't take work that would be refused."""

from typing import Protocol


class Rates(Protocol):
    """The workspace's current rate limits in this process. Asking uses up nothing.

    `call` is the workspace's name of a call, as in `OutsideError.call`; `to` the channel or person a message goes to.
    Both answers are for ordinary calls. An urgent call (a page, a breach) is held back only if the workspace refused a
    message to the same recipient, so it is always worth claiming.

    A claim needn't ask about channels: the attempt is turned away without a call, with the time to come back
    (`Temporary.retry_after`), and messages of one lane go one by one. It asks about people, because thousands of
    messages may wait for one of them.
    """

    def room(self, call: str, to: str | None = None) -> int:
        """Return how many calls may be made now, one after another, without waiting; 0 while calls are held back."""
        ...

    def wait(self, call: str, to: str | None = None) -> float:
        """Return the seconds until there is room for one call; 0 if there is room now."""
        ...
