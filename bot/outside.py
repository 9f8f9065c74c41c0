"""Builds what reaches beyond Slack: links, mail, pagers, sources of on-call, files, and the public routes of each."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.handlers.customer_links import CustomerLinkHandlers
from bot.handlers.page_links import PageLinkHandlers
from bot.handlers.pager_answers import PagerAnswerHandlers
from bot.integrations.calendars.feed import CalendarFeed
from bot.integrations.files import load_directory, load_policy
from bot.integrations.link_pages import LinkPages
from bot.integrations.links import SignedLinks
from bot.integrations.mail.imap import ImapInbox
from bot.integrations.mail.servers import imap_server
from bot.integrations.mail.webhook import MailWebhook
from bot.integrations.pagerduty.schedules import PagerDutySchedules
from bot.integrations.pagerduty.services import API
from bot.integrations.pagerduty.webhooks import PagerDutyWebhooks
from bot.integrations.public import PublicRoute
from bot.integrations.slack.groups import GroupSource
from bot.integrations.slack.workspace import SlackWorkspace
from bot.integrations.status_page import JsonStatusPage
from bot.integrations.ticket_webhook import TakeVolumes, TicketWebhook
from bot.policy.file.loading import PRESETS
from bot.policy.model.on_call import OnCallSource
from bot.policy.record.customer_questions import QuestionKind
from bot.ports.inbox import IncomingMail, TakeMail
from bot.ports.links import LinkAction, Links, Purpose
from bot.ports.on_call import ShiftSource
from bot.scheduler.files import File, Files
from bot.services.bundle import Services
from bot.settings import Settings


def public_routes(
    settings: Settings, services: Services, links: Links, session: aiohttp.ClientSession, instance: str
) -> Iterator[PublicRoute]:
    """Yield what others may send to the public address, beside Slack's requests."""
    real_clock = services.database.real_clock
    yield LinkPages(links, link_actions(services), real_clock).route()
    secret, pagerduty = settings.pagerduty_webhook_secret, settings.pagerduty()
    if secret is not None and pagerduty is not None:
        answers = PagerAnswerHandlers(services.core, services.outside_answers)
        key = secret.get_secret_value()
        yield PagerDutyWebhooks(key, pagerduty, session, answers, instance, real_clock).route()
    if settings.mail_webhook_secret is not None:
        yield MailWebhook(settings.mail_webhook_secret.get_secret_value(), take_mail(services), real_clock).route()
    if settings.tickets_secret is not None:
        yield TicketWebhook(settings.tickets_secret.get_secret_value(), take_volumes(services), real_clock).route()


def take_volumes(services: Services) -> TakeVolumes:
    """Return what takes ticket volumes that came in."""

    async def take(given: Any) -> dict[str, int]:
        taken = await services.core.run_in_background(services.ticket_volumes.take, given)
        return {"imported": taken.imported, "updated": taken.updated, "unchanged": taken.unchanged}

    return take


def take_mail(services: Services) -> TakeMail:
    """Return what takes a mail that came in."""

    async def take(mail: IncomingMail) -> None:
        await services.core.run_in_background(services.mail_answers.take, mail)

    return take


def build_inbox(settings: Settings, services: Services) -> ImapInbox | None:
    """Build what reads the mailbox; None if there is none."""
    if settings.imap_url is None or settings.answers_domain() is None:
        return None
    return ImapInbox(imap_server(settings.imap_url.get_secret_value()), take_mail(services))


def build_status_page(settings: Settings, session: aiohttp.ClientSession) -> JsonStatusPage | None:
    """Build what reads the status page; None if there is none to read."""
    return JsonStatusPage(session, settings.status_page_url) if settings.status_page_url is not None else None


def build_links(settings: Settings) -> SignedLinks:
    """Build the signer of links: with the secret for that, else with the bot's token, which every replica has."""
    secret = settings.link_secret or settings.slack_bot_token
    return SignedLinks(secret.get_secret_value() if secret else "", settings.public_url if secret else None)


def link_actions(services: Services) -> Mapping[Purpose, LinkAction]:
    """Return what the links of each purpose do."""
    core, answers = services.core, services.customer_answers
    return {
        Purpose.PAGE: PageLinkHandlers(core, services.page_links),
        Purpose.SOLVED: CustomerLinkHandlers(core, answers, QuestionKind.SOLVED),
        Purpose.SATISFIED: CustomerLinkHandlers(core, answers, QuestionKind.SATISFIED),
    }


def build_files(settings: Settings, services: Services) -> Files:
    """Build the watch over the files that a company writes: its policy, where it is no preset, and its directory."""
    watched: list[File[Any]] = []
    if settings.policy not in PRESETS:
        read = partial(load_policy, settings.policy)
        watched.append(File("policy", Path(settings.policy), read, services.policies.adopt))
    if settings.directory is not None:
        watched.append(
            File("directory", settings.directory, partial(load_directory, settings.directory), services.people.adopt)
        )
    return Files(services.core, services.policy_owner, watched)


def build_on_call(
    settings: Settings, session: aiohttp.ClientSession, workspace: SlackWorkspace
) -> Mapping[OnCallSource, ShiftSource]:
    """Build the sources of on-call outside; PagerDuty's schedules if there is a token to read them."""
    found: dict[OnCallSource, ShiftSource] = {
        OnCallSource.CALENDAR: CalendarFeed(session),
        OnCallSource.GROUP: GroupSource(workspace),
    }
    if settings.pagerduty_token is not None:
        api = settings.pagerduty_url.rstrip("/") if settings.pagerduty_url else API
        token = settings.pagerduty_token.get_secret_value()
        found[OnCallSource.PAGERDUTY] = PagerDutySchedules(session, api, token)
    return found
