"""The errors that are answers. Everything else that rises is a defect and gets an apology with a reference.

The whole family:

    EscalateError        its words are meant for people, and are shown as they stand
    ├─ FormError         one field of a form is wrong: the form opens again at it
    ├─ Refused           the policy says no, with every reason (`bot.policy.decide.lifecycle`)
    ├─ NotFound          what the person named does not exist, or is not theirs to see
    ├─ NotOurs           whoever asks is not one of the company's own people
    ├─ NotKnownYet       Slack has not said yet who asks
    ├─ UnreadableRecord  what is stored of an escalation cannot be read: an operator has to mend it
    ├─ BadInput          a file or a command-line argument cannot be used: where, what, and what would be right
    ├─ Unavailable       the database does not answer, or not in time
    ├─ Misread           a request has a shape that none of our forms and buttons gives it
    └─ AlreadyDone       the same form has been sent before, and what it asks for has been done

    OutsideError         a system outside answered no, late or not at all; its words are for logs, never for people
    ├─ Permanent         trying again cannot help
    │  ├─ NameTakenError a channel has that name already (`bot.ports.workspace`)
    │  └─ ViewGoneError  the form has been closed, or has become another one (`bot.ports.workspace`)
    ├─ Temporary         trying again later will help; may say when
    │  └─ Blocked        refused in a word nobody knows, or by rules that may be lifted: tried again, a person is told
    └─ Ambiguous         the answer was lost: it may have happened
"""

from collections.abc import Sequence
from datetime import timedelta


class EscalateError(Exception):
    """The root of every error whose words are written for the person who reads them.

    Only what derives from it is shown to people. An error that carries the words of a library, of Slack or of a
    database must not.
    """


class FormError(EscalateError):
    """A field of the open form cannot be accepted; Slack draws `message` below the block `block_id`."""

    def __init__(self, block_id: str, message: str) -> None:
        super().__init__(message)
        self.block_id = block_id
        self.message = message


class NotFound(EscalateError):
    """What the person named is not there, or is not theirs to see: the two are told alike."""


class NotOurs(EscalateError):
    """Whoever asks is a guest, of another workspace, a bot or deactivated: Escalate is not for them."""

    def __init__(self, company: str) -> None:
        super().__init__(f"Escalate is for {company}'s own people. Ask someone there to help you with this.")


class NotKnownYet(EscalateError):
    """Slack has not said yet who asks, so nothing is shown to them and nothing is done for them."""

    def __init__(self) -> None:
        super().__init__("I couldn't check with Slack who you are. Please try again in a moment.")


class UnreadableRecord(EscalateError):
    """What is stored of one escalation cannot be read; the others are not touched by it.

    `what` names it as people do (`ESC-12`), `why` says what is wrong with it, for the operator.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} can't be read. Ask an admin to run `escalate doctor`.")
        self.what = what
        self.why = why


class BadInput(EscalateError):
    """A file or an argument cannot be used. `problems` are whole sentences, each with its line where there is one."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Unavailable(EscalateError):
    """The database does not answer, or not in the time in which a person has to be answered."""

    def __init__(self) -> None:
        super().__init__(
            "I can't reach my database right now, so I don't know whether that was saved. Try again in a minute: "
            "nothing is saved twice."
        )


class Misread(EscalateError):
    """A request is not shaped as any of our forms and buttons shapes it. `detail` is for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__("I can't read that form or button. Open it again from the card and try once more.")
        self.detail = detail


class AlreadyDone(EscalateError):
    """The same form has been sent before: what it asks for is done, and isn't done again.

    `is_same` tells whether it said the same. Then there is nothing to tell either.
    """

    def __init__(self, *, is_same: bool) -> None:
        super().__init__(
            "What you sent from this form first has been saved. What you changed since then hasn't: open the form "
            "again to add it."
        )
        self.is_same = is_same


class OutsideError(Exception):
    """A system outside could not do what it was asked. `code` is its own word for why, `call` what was asked.

    Its words are for logs: no person is shown the name of an API method.
    """

    def __init__(self, call: str, code: str) -> None:
        super().__init__(f"{call}: {code}")
        self.call = call
        self.code = code


class Permanent(OutsideError):
    """Trying again cannot help: a person has to know."""


class Temporary(OutsideError):
    """It did not happen and may be tried again; not before `retry_after` has passed, where that was said."""

    def __init__(self, call: str, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(call, code)
        self.retry_after = retry_after


class Blocked(Temporary):
    """It did not happen, for a reason that is not known to be for good: it is tried again, and a person is told."""


class Ambiguous(OutsideError):
    """The answer was lost: it may have happened. Ask before doing it again."""
