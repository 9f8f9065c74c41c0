"""Input of the declare form: a declaration, or a report on an escalation that is open already."""

from dataclasses import dataclass, field

from bot.policy.decide.account_programme import ProposalRequest
from bot.policy.model.facts import ISSUE, Issue
from bot.policy.model.matrix import Answers
from bot.policy.model.verification import masked, value_in
from bot.policy.record.beginning import Beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The values of the form. The account is an id of the directory, or a new name."""

    account_id: int | None
    new_account: str | None
    summary: str
    level: str
    description: str = ""
    area: str | None = None
    permalink: str | None = None
    kind: str = ISSUE
    category: str | None = None
    triggers: tuple[str, ...] = ()
    # The answers to the questions of the policy's matrix that gave the level.
    answers: Answers | None = None
    # Why the level is lighter than the one at which the category starts.
    level_reason: str | None = None
    confidential: bool = False
    # When the customer reported it, and when we detected it, if that was earlier.
    beginning: Beginning = field(default_factory=Beginning)
    # Account programmes only.
    proposal: ProposalRequest | None = None
    # The escalation that the programme is made from.
    made_from: int | None = None
    # Where the form was asked for, and is answered: the channel, where Slack takes answers for half an hour, and the
    # thread. Without a channel it's a direct message, or on Home the escalation itself; without any, no one asked.
    channel: str | None = None
    response_url: str | None = None
    thread: str | None = None
    directly: bool = False
    on_home: bool = False
    # The digest of the policy that the form was drawn with.
    drawn_with: str | None = None

    def __post_init__(self) -> None:
        """Mask sensitive values. A declaration is never refused because of them."""
        _mask(self, "new_account", "summary", "description", "level_reason")

    @property
    def issue(self) -> Issue:
        """The declared issue, as input of an evaluation."""
        return Issue(
            level=self.level,
            answers=self.answers,
            kind=self.kind,
            category=self.category,
            triggers=frozenset(self.triggers),
            health=self.proposal.health if self.proposal else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report typed by somebody who joins an open escalation instead of declaring another."""

    summary: str
    description: str = ""
    permalink: str | None = None
    is_private: bool = False

    def __post_init__(self) -> None:
        """Mask sensitive values."""
        _mask(self, "summary", "description")

    @property
    def is_empty(self) -> bool:
        """Return True if nothing was typed."""
        return not self.summary.strip() and not self.description.strip()


def _mask(typed: Declaration | Report, *fields: str) -> None:
    for name in fields:
        words = getattr(typed, name)
        if words and value_in(words):
            object.__setattr__(typed, name, masked(words))
