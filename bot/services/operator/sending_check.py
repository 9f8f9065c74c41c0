"""The part of the examination about sending: channels of accounts in which no text can be posted."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.policy.model.rules import Policy
from bot.policy.model.sending import SendingRoute
from bot.policy.names import is_channel_id
from bot.services.operator.findings import Finding, Grade, listed

_SHOWN = 5


def of_channels(tx: Transaction, policy: Policy | None) -> Iterator[Finding]:
    """Yield findings for shared channels without an id, or of several accounts, if the policy sends there."""
    if policy is None or SendingRoute.SLACK not in policy.sending.routes:
        return
    named = select(Account.name, Account.slack_channel).where(Account.slack_channel.is_not(None)).order_by(Account.name)
    rows = [(str(name), str(channel).strip()) for name, channel in tx.session.execute(named) if str(channel).strip()]
    unknown = [name for name, channel in rows if not is_channel_id(channel)]
    if unknown:
        says = f"nothing can be posted in the channel of {listed(unknown[:_SHOWN], len(unknown))}"
        yield Finding("sending", Grade.LOOK, says, "Import the channel's id (C…) as slack_channel.")
    shared = {channel for channel, count in Counter(channel for _, channel in rows).items() if count > 1}
    several = [name for name, channel in rows if channel in shared]
    if several:
        says = f"{listed(several[:_SHOWN], len(several))} have one channel, so none of them is told there"
        yield Finding("sending", Grade.LOOK, says, "Give each account its own channel.")
