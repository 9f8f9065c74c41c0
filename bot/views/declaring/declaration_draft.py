"""The content of the declare form while it is filled in."""

from dataclasses import dataclass, field, replace

from bot.policy.decide.category_levels import starting_level
from bot.policy.decide.takeover import takeover
from bot.policy.model.matrix import Answers
from bot.policy.model.rules import Policy
from bot.policy.record.beginning import Beginning
from bot.views.categories import category_questions
from bot.views.kit import ids
from bot.views.kit.account_choice import AccountChoice

ACCOUNT_BLOCKS = ("account", "account-picked")
DESCRIPTION_BLOCKS = ("description", "description-quoted")
_LEVEL_BLOCK = "level"
# A key of the policy has at most this many characters.
LEVEL_KEY = 40
# A digest of a policy, in hexadecimal.
DIGEST = 64
_TIMESTAMP = 32


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the form was asked for: the channel, where Slack takes answers for half an hour, and the thread."""

    channel: str
    response_url: str | None = None
    thread: str | None = None

    def kept(self) -> tuple[str, str | None, str | None]:
        """Return what a form keeps of it, in order."""
        return self.channel, self.response_url, self.thread[:_TIMESTAMP] if self.thread else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationDraft:
    """The content of the form. `permalink` is the message it was opened on.

    `more` shows the questions behind "More options". `unquoted` is the message of a private conversation: it becomes
    the description only if the person says so, and then it is `quoted`.
    """

    account: AccountChoice | None = None
    # Accounts the typed name may mean, if none matches exactly; by name, with what matters about each.
    alike: tuple[tuple[AccountChoice, str], ...] = ()
    # One of them was accepted: the question needs a new block id, or Slack would keep the old input.
    picked: bool = False
    summary: str = ""
    description: str = ""
    level: str | None = None
    # The answers to the questions of the policy's matrix, which give the level; `by_matrix` if the form asked them.
    broken: str | None = None
    affected: str | None = None
    by_matrix: bool = False
    area: str | None = None
    category: str | None = None
    triggers: tuple[str, ...] = ()
    confidential: bool = False
    # A suggested category was accepted: the question needs a new block id, or Slack would keep the old input.
    applied: bool = False
    # The level that choosing a category has preselected; the question then has a block id of its own.
    started: str | None = None
    # Why the level is lighter than the category's; None while that isn't asked.
    level_reason: str | None = None
    # When the customer reported it, and when we detected it, if that was earlier.
    beginning: Beginning = field(default_factory=Beginning)
    permalink: str | None = None
    more: bool = False
    unquoted: str = ""
    quoted: bool = False
    origin: Origin | None = None
    # Asked for on Home, which then shows the escalation.
    on_home: bool = False
    # The digest of the policy that the form was drawn with.
    drawn_with: str | None = None

    def fits(self, policy: Policy) -> bool:
        """Return True if the policy offers what was chosen, so far."""
        if self.category not in {None, *(category.key for category in policy.categories)}:
            return False
        if policy.only_level is not None:
            return True
        if not self.by_matrix:
            return self.level in {None, *(level.code for level in policy.levels)}
        matrix = policy.matrix
        return matrix is not None and (
            self.broken in {None, *matrix.broken.labels} and self.affected in {None, *matrix.affected.labels}
        )

    def under(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft without what the policy does not offer: it may have changed since the form was opened."""
        offered = {category.key for category in policy.categories}
        draft = self.answered(policy)
        return replace(
            draft,
            level=draft.level if draft.level in {level.code for level in policy.levels} else None,
            category=self.category if self.category in offered else None,
        )

    def answered(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft with the level that nobody has to choose: that of its answers, or the only one."""
        if policy.only_level is not None:
            return replace(self, level=policy.only_level)
        matrix = policy.matrix
        if matrix is None or not self.by_matrix:
            return self
        return replace(
            self,
            broken=self.broken if self.broken in matrix.broken.labels else None,
            affected=self.affected if self.affected in matrix.affected.labels else None,
            level=matrix.level_of(self.answers) if self.answers is not None else None,
        )

    @property
    def answers(self) -> Answers | None:
        """The answers to the matrix's questions, if both were given."""
        return Answers(self.broken, self.affected) if self.broken is not None and self.affected is not None else None

    def is_private(self, policy: Policy) -> bool:
        """Return True if it would be confidential."""
        about = takeover(policy, self.category, self.triggers) if self.category else None
        return self.confidential or (about is not None and category_questions.is_private(about))

    @property
    def account_block(self) -> str:
        """Return the block id of the account question."""
        return ACCOUNT_BLOCKS[self.picked]

    @property
    def level_block(self) -> str:
        """Return the block id of the severity: with a matrix, that of its last question."""
        return ids.AFFECTED if self.by_matrix else level_block(self.started)

    def started_by_category(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft with the level at which its category starts, unless the person has chosen another."""
        starts = starting_level(policy, self.category, self.triggers) if policy.matrix is None else None
        if starts is None or self.level not in (None, self.started):
            return self
        return replace(self, level=starts, started=starts)

    @property
    def category_block(self) -> str:
        """Return the block id of the category question."""
        return category_questions.BLOCKS[self.applied]

    @property
    def description_block(self) -> str:
        """Return the block id of the description."""
        return DESCRIPTION_BLOCKS[self.quoted]

    @property
    def words(self) -> str:
        """Return all words typed about the escalation."""
        return f"{self.summary}\n{self.description}"


def level_block(started: str | None) -> str:
    """Return the block id of the severity; one that a category has preselected has an id of its own."""
    return f"{_LEVEL_BLOCK}-{started[:LEVEL_KEY]}" if started else _LEVEL_BLOCK
