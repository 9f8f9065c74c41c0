"""The wording guard's findings in a text for a customer, and the right to let it pass (docs/wording.md#in-the-form)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.database.change import Change
from bot.database.people import People
from bot.database.records import Records
from bot.errors import FormError
from bot.policy.account_names import same_key
from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.wording import Strictness
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.check import WordingFinding, check
from bot.services.accounts.accounts import Accounts

# How many are named who may let a text pass.
_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class TextReview:
    """The findings in a text. `refused` keep it from being sent unless somebody who `may_pass` it gives a reason."""

    findings: tuple[WordingFinding, ...] = ()
    refused: tuple[WordingFinding, ...] = ()
    may_pass: bool = False
    # The names of some who may let it pass.
    whom: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassedText:
    """A text that is sent although the guard refuses it: its field in the form, the reason, and what was found."""

    field: str
    reason: str
    refused: tuple[WordingFinding, ...]


@dataclass(frozen=True)
class TextReviews:
    """Review texts for customers."""

    records: Records
    accounts: Accounts
    people: People

    def review(self, number: int, text: str, *, by: str) -> TextReview:
        """Return what is wrong with a text to an escalation's customer. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            facts, policy = change.facts, change.policy
            may_pass = _may_pass(change, self.people.identities(tx, by))
            whom = _whom(change)
        own = same_key(facts.account.name)
        named = [one.name for one in self.accounts.mentioned(text, viewer=by) if same_key(one.name) != own]
        findings = check(text, policy.wording, customers=named, known=_known(facts))
        refused = tuple(one for one in findings if policy.wording.strictness(one.rule) is Strictness.REFUSE)
        return TextReview(findings, refused, may_pass, whom)


def let_pass(change: Change, passed: PassedText | None, *, by: str) -> None:
    """Record that a manager lets a refused text pass. Raises FormError if they may not."""
    if passed is None:
        return
    if not _may_pass(change, change.people.identities(change.tx, by)):
        ask = " or ".join(_whom(change)) or "a manager"
        raise FormError(passed.field, f"You may not send this as it is. Ask {ask}, or change the text.")
    found = {"rules": sorted({one.rule.value for one in passed.refused}), "words": [one.text for one in passed.refused]}
    change.record("wording let pass", by=by, reason=passed.reason, after=found)


def _may_pass(change: Change, identities: Collection[str]) -> bool:
    holders = {role: holder.person for role, holder in change.facts.holders.items()}
    return change.policy.guards.override.admits(identities, holders)


def _whom(change: Change) -> tuple[str, ...]:
    """Return the names of some who may let a text pass."""
    may = whom_to_ask(change.facts, change.policy.guards.override)[:_NAMED]
    names = change.people.names(change.tx, list(may))
    return tuple(names[who] for who in may if who in names)


def _known(facts: EscalationFacts) -> tuple[str, ...]:
    """Return the numbers that the customer was given."""
    given = facts.ticket.number if facts.ticket is not None else None
    return (facts.key, given) if given else (facts.key,)
