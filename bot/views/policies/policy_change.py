"""The announcement of a changed policy, in the channel that it names."""

from bot.policy.model.rules import Policy
from bot.ports.workspace import Message
from bot.views.kit.parts import context, paragraphs
from bot.views.kit.text import escape
from bot.views.policies import change_words, policy_words

_CHANGES = 12


def draw(before: Policy, after: Policy, command: str) -> Message:
    """Draw what changed."""
    title = f":scroll: *The policy changed*: {escape(policy_words.version(after))}"
    text = "\n".join([title, *change_words.bullets(before, after, _CHANGES)])
    keeps = f"Open escalations keep theirs. `{escape(command)} policy` has all of it. Owner: {escape(after.owner)}"
    return Message(text, (*paragraphs(text), context(keeps)))
