"""Builds the routes outside Slack from what is set up."""

from collections.abc import Mapping

import aiohttp

from bot.integrations.apprise_messages import AppriseMessages
from bot.integrations.pagerduty.events import PagerDutyEvents
from bot.integrations.pagerduty.services import PagerDutySettings
from bot.ports.links import Links
from bot.ports.pager import OutsideRoutes


def build_routes(
    pagerduty: PagerDutySettings | None,
    apprise: Mapping[str, str],
    links: Links,
    session: aiohttp.ClientSession,
    instance: str,
) -> OutsideRoutes:
    """Return the routes. `session` isn't Slack's: while Slack hangs, its connections are all taken."""
    return OutsideRoutes(
        pager=PagerDutyEvents(session, pagerduty, instance) if pagerduty is not None else None,
        messenger=AppriseMessages(apprise) if apprise else None,
        links=links,
    )
