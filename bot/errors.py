"""The expected errors. Any other exception is a defect: the person gets an apology with a reference.

The whole family:

    EscalateError        its words are meant for people and are shown as they are
    ├─ FormError         fields of a form are wrong: the form reopens at them
    ├─ Refused           the policy says no, with every reason (`bot.policy.decide.lifecycle`)
    ├─ NotFound          what the person named doesn't exist, or they may not see it
    │  └─ NoEscalation   no escalation has the number, or they may not see it
    ├─ NotAnAdmin        only admins may change this
    ├─ NotAMember        the person isn't a full member of the company's workspace
    ├─ NotKnownYet       Slack hasn't said yet who the person is
    ├─ UnreadableRecord  a stored escalation can't be read: an operator has to repair it
    ├─ BadInput          a file or command-line argument can't be used: where, what, and what would be right
    ├─ Unavailable       the database doesn't answer, or not in time
    ├─ StillStarting     the bot has just started and is still reading the accounts
    ├─ Misread           a request has a shape that none of our forms and buttons produces
    └─ AlreadyDone       the same form was sent before, and what it asks for is done

    OutsideError         an outside system answered no, late or not at all; its words are for logs, never for people
    ├─ Permanent         a retry can't help
    │  ├─ NameTakenError a channel has that name already (`bot.ports.workspace`)
    │  └─ ViewGoneError  the form was closed or replaced (`bot.ports.workspace`)
    ├─ Temporary         a retry will help later; may say when
    │  └─ Blocked        refused with an unknown code, or by rules that may be lifted: retried, and a person is notified
    └─ Ambiguous         the answer was lost: the call may have succeeded

    UnknownWord          a stored value names something that the policy doesn't have; a retry can't help
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta


class EscalateError(Exception):
    """Base of every error whose words are written for the person who reads them.

    Only these are shown to people. An error with the words of a library, of Slack or of a database must not derive from
    it.
    """


class FormError(EscalateError):
    """Fields of the open form can't be accepted; Slack shows each message of `at` below its block."""

    def __init__(self, block_id: str, message: str) -> None:
        super().__init__(message)
        self.at: Mapping[str, str] = {block_id: message}

    @classmethod
    def of(cls, messages: Mapping[str, str]) -> "FormError":
        """Return one error for several fields, by block."""
        first, *_ = messages.items()
        error = cls(*first)
        error.at = dict(messages)
        return error

    @property
    def block_id(self) -> str:
        """The first field."""
        return next(iter(self.at))

    @property
    def message(self) -> str:
        """All messages, a line each."""
        return "\n".join(dict.fromkeys(self.at.values()))


class NotFound(EscalateError):
    """The named thing doesn't exist, or the person may not see it. Both get the same message."""


class NoEscalation(NotFound):
    """No escalation has the number, or the person may not see it: one sentence, wherever it was asked for."""

    def __init__(self, number: int | str) -> None:
        super().__init__(f"There is no ESC-{number}.")


class NotAnAdmin(EscalateError):
    """The person may not see or change the directory. `admins` are the names of some who may."""

    def __init__(self, admins: Sequence[str] = ()) -> None:
        ask = f"Ask {' or '.join(admins)}." if admins else "Ask an admin of the Slack workspace."
        super().__init__(f"Only admins can do this. {ask}")


class NotAMember(EscalateError):
    """The person is a guest, in another workspace, a bot or deactivated, and may not use Escalate."""

    def __init__(self, company: str) -> None:
        super().__init__(f"Escalate is for {company}'s own people. Ask someone there to help you with this.")


class NotKnownYet(EscalateError):
    """Slack hasn't said yet who the person is, so they see nothing and can do nothing."""

    def __init__(self) -> None:
        super().__init__("Slack didn't tell us who you are. Try again in a moment.")


class UnreadableRecord(EscalateError):
    """A stored escalation can't be read; the others are not affected.

    `what` is its key (`ESC-12`), `why` what is wrong with it, for the operator.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} can't be read. Ask an admin to run `escalate doctor`.")
        self.what = what
        self.why = why


class BadInput(EscalateError):
    """A file or an argument can't be used. `problems` are whole sentences, with the line number where there is one."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StillStarting(EscalateError):
    """The names of the accounts aren't in memory yet: the bot has just started."""

    def __init__(self) -> None:
        super().__init__("Escalate has just started and is still reading accounts. Try again in a few seconds.")


class Unavailable(EscalateError):
    """The database doesn't answer, or not in the time within which a person must get an answer."""

    def __init__(self) -> None:
        super().__init__(
            "We can't reach the database, so this may not be saved. Try again in a minute; nothing is saved twice."
        )


class Misread(EscalateError):
    """A request has a shape that none of our forms and buttons produces. `detail` is for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__("We can't read that form or button. Open it again from the card.")
        self.detail = detail


class AlreadyDone(EscalateError):
    """The same form was sent before: what it asks for is already done.

    `is_same` is true if the content was the same. Then the person needs no message either.
    """

    def __init__(self, *, is_same: bool) -> None:
        super().__init__(
            "What you sent from this form first has been saved. What you changed since then hasn't: open the form "
            "again to add it."
        )
        self.is_same = is_same


class OutsideError(Exception):
    """An outside system couldn't do what it was asked. `code` is its own error code, `call` the call that failed.

    Its words are for logs: no person is shown the name of an API method.
    """

    def __init__(self, call: str, code: str) -> None:
        super().__init__(f"{call}: {code}")
        self.call = call
        self.code = code


class Permanent(OutsideError):
    """A retry can't help: a person has to know."""


class Temporary(OutsideError):
    """It didn't happen and may be retried, not before `retry_after` has passed if that was given."""

    def __init__(self, call: str, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(call, code)
        self.retry_after = retry_after


class Blocked(Temporary):
    """It didn't happen, for a reason that may not be permanent: it is retried, and a person is notified."""


class Ambiguous(OutsideError):
    """The answer was lost: the call may have succeeded. Ask before repeating it."""


class UnknownWord(KeyError):
    """A stored value has the right type and means nothing: the policy has no such level, team or calendar.

    The value itself is not repeated, because a damaged one may hold what people wrote.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        """Return a reason for an operator; a KeyError's own text would be only the key."""
        return f"it names a {self.what} that doesn't exist"
