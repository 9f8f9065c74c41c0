"""Settings the services need."""

from dataclasses import dataclass
from datetime import timedelta

from bot.policy.model.reaching import RouteKind
from bot.policy.names import DEFAULT_TEMPLATE


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings the services need."""

    archive_after: timedelta = timedelta(days=1)
    channel_template: str = DEFAULT_TEMPLATE
    feed_channel: str | None = None
    hot_list_channel: str | None = None
    # False if tables and charts are drawn as text.
    draws_new_blocks: bool = True
    digest_hour: int = 9
    # The kinds of routes that are set up, beside Slack.
    routes: frozenset[RouteKind] = frozenset()
    # The slash command, for messages that name it.
    command: str = "/escalate"
    sends_mail: bool = False
    # True if the company's status page is read.
    reads_status_page: bool = False
    # True if customers can be asked by mail, and answer by a link.
    asks_customers: bool = False
    # The host of the addresses for answers to mails; None if no answers are read.
    answers_domain: str | None = None
    # The hosts without a dot that links in forms may have, such as `wiki`.
    link_hosts: frozenset[str] = frozenset()
