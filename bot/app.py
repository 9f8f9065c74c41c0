"""The composition root: the only module that imports every layer. It builds everything at start, from settings."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.clock import Clock, SystemClock
from bot.database import known_bots
from bot.database.engine import open_engine
from bot.database.service_settings import ServiceSettings
from bot.database.transaction import Database
from bot.handlers import registry as conversations
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.dispatch import build_bolt
from bot.handlers.kit.routes import Routes
from bot.handlers.registry import kit_of
from bot.integrations.files import load_directory, load_policy
from bot.integrations.health import application, details, listen
from bot.integrations.heartbeat import Heartbeat
from bot.integrations.mail.sending import build_mailer
from bot.integrations.routes import build_routes
from bot.integrations.slack.access import Access, facts_of, introduce, remembered, who_we_are
from bot.integrations.slack.budget import Budget
from bot.integrations.slack.calls import Calls
from bot.integrations.slack.connection import build_client, build_transport, open_session
from bot.integrations.slack.members import BotIdentity
from bot.integrations.slack.reach import SlackReach
from bot.integrations.slack.transport import HttpTransport
from bot.integrations.slack.workspace import SlackWorkspace
from bot.outside import build_files, build_inbox, build_links, build_on_call, build_status_page, public_routes
from bot.policy.model.on_call import OnCallSource
from bot.policy.plan.timers import TimerKind
from bot.ports.on_call import ShiftSource
from bot.ports.outages import AlwaysThere, Reach
from bot.ports.rates import Rates
from bot.program import Program
from bot.scheduler.deliver import Deliverer
from bot.scheduler.effects.kit import EffectKit
from bot.scheduler.effects.registry import all_performers
from bot.scheduler.engine import Engine
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.scheduler.feeds import FeedReader
from bot.scheduler.files import Files
from bot.scheduler.rates import RoomByKind
from bot.scheduler.tick import Tick
from bot.scheduler.watchdog import Watchdog
from bot.services import bundle
from bot.services.bundle import Services
from bot.services.training.drills import TIMERS
from bot.settings import Settings
from bot.views.kit.checks import find_validators_once


def build_services(settings: Settings, *, clock: Clock | None = None, real_clock: Clock | None = None) -> Services:
    """Build the services on the database. Raises BadInput for a policy or directory that cannot be used."""
    policy, directory = load_policy(settings.policy), load_directory(settings.directory)
    database = Database(
        open_engine(settings.database_url), clock=clock or SystemClock(), real_clock=real_clock or SystemClock()
    )
    service_settings = ServiceSettings(
        archive_after=settings.archive_after,
        channel_template=settings.channel_template,
        feed_channel=settings.feed_channel,
        hot_list_channel=settings.hot_list_channel,
        draws_new_blocks=settings.new_blocks,
        digest_hour=settings.digest_hour,
        routes=settings.routes(),
        command=settings.command,
        sends_mail=settings.mail() is not None,
        reads_status_page=settings.status_page_url is not None,
        asks_customers=settings.mail() is not None and build_links(settings).is_open,
        answers_domain=settings.answers_domain(),
        link_hosts=frozenset(settings.link_hosts.split()),
    )
    return bundle.build(database, policy, directory, service_settings, keep_effects=settings.keep_effects)


async def build(settings: Settings, *, clock: Clock | None = None, real_clock: Clock | None = None) -> Program:
    """Build the whole program. Raises BadInput when a setting cannot be used or Slack does not know the token."""
    settings.require_slack()
    find_validators_once()
    services = build_services(settings, clock=clock, real_clock=real_clock)
    session, beyond_slack = open_session(), open_session()
    try:
        client = build_client(settings.slack_bot_token, settings.slack_api_url, session)
        identity, authorization = await _introduce(services, Access(session, client.base_url), client.token or "")
        services.people.company = identity.company or services.people.company
        budget = Budget(lambda: services.database.real_clock.now().timestamp())
        reach = SlackReach(lambda: services.database.real_clock.now().timestamp())
        calls = Calls(client, budget, reach)
        reach.ask = partial(calls.call, "auth.test")
        workspace = SlackWorkspace(calls, identity)
        bolt = build_bolt(client, authorization, settings.slack_signing_secret)
        mailer = build_mailer(settings.mail(), services.database.real_clock)
        links = build_links(settings)
        routes = build_routes(settings.pagerduty(), settings.apprise(), links, beyond_slack, identity.bot_id)
        files, on_call = build_files(settings, services), build_on_call(settings, session, workspace)
        outside = EffectKit(workspace, services, mailer, routes, links, build_status_page(settings, beyond_slack))
        engine = build_engine(outside, files, budget, on_call=on_call, reach=reach)
        services.database.listen(engine.deliverer)
        after_ack, listening = register(bolt, settings, services, workspace)
        bolt.answers = after_ack.answers
        transport = build_transport(bolt, settings.slack_app_token, settings.slack_signing_secret)
        waiting: list[Program] = []
        answer = transport.handle if isinstance(transport, HttpTransport) else None
        web = application(
            readiness=lambda: waiting[0].readiness(),  # noqa: PLW0108 - no program yet
            slack=answer,
            outside=list(public_routes(settings, services, links, beyond_slack, identity.bot_id)),
        )
        inside = details(
            readiness=lambda: waiting[0].readiness(),  # noqa: PLW0108 - the same
            remarks=lambda: waiting[0].remarks(),  # noqa: PLW0108 - the same
        )
        listener = listen(web, settings.http_host, settings.http_port, setting="ESCALATE_HTTP_PORT")
        try:
            metrics_listener = listen(
                inside, settings.metrics_host, settings.metrics_port, setting="ESCALATE_METRICS_PORT"
            )
        except BaseException:
            listener.bound.close()
            raise
    except BaseException:
        await session.close()
        await beyond_slack.close()
        services.core.close()
        raise
    watchdog = Watchdog(services.core.busy)
    beat_at = settings.heartbeat_url
    program = Program(
        settings,
        services,
        (session, beyond_slack),
        after_ack,
        listening,
        transport,
        engine,
        listener,
        metrics_listener,
        budget,
        watchdog,
        heartbeat=Heartbeat(beyond_slack, beat_at.get_secret_value()) if beat_at is not None else None,
        inbox=build_inbox(settings, services),
    )
    waiting.append(program)
    return program


async def _introduce(services: Services, access: Access, token: str) -> tuple[BotIdentity, AuthorizeResult]:
    """Ask Slack who we are, and remember it for a start while Slack is down. Raises BadInput."""
    core, database = services.core, services.database
    facts = await core.run(known_bots.recall, database, token)
    me = await who_we_are(access, token, remembered(facts) if facts is not None else None)
    await core.run(known_bots.remember, database, token, facts_of(me))
    return introduce(me, token)


def register(
    bolt: AsyncApp, settings: Settings, services: Services, workspace: SlackWorkspace
) -> tuple[AfterAck, Routes]:
    """Register everything that people do with Bolt."""
    kit = kit_of(workspace, services, settings.command)
    listening = conversations.listen(bolt, kit)
    return kit.after_ack, listening


def build_engine(
    kit: EffectKit,
    files: Files,
    rates: Rates,
    *,
    on_call: Mapping[OnCallSource, ShiftSource] = MappingProxyType({}),
    reach: Reach | None = None,
) -> Engine:
    """Build the scheduler."""
    services, core, there = kit.services, kit.core, reach or AlwaysThere()
    standing = {TIMERS: services.drills.fire, TimerKind.HOT_LIST.value: services.hot_lists.fire}
    standing[TimerKind.LEARNINGS.value] = services.learnings.fire
    standing[TimerKind.SPONSOR_DIGEST.value] = services.sponsor_digests.fire
    return Engine(
        core=core,
        real_clock=services.database.real_clock,
        tick=Tick(core, services.timer_runner, services.digests, standing),
        deliverer=Deliverer(
            core,
            EscalationJobs(services.policies, services.channels, services.external_messages),
            all_performers(kit),
            room=lambda: RoomByKind(rates, is_away=there.away_since is not None),
        ),
        audit=services.audit,
        retention=services.retention,
        digests=services.digests,
        standing=services.standing,
        accounts=services.accounts,
        escalations=services.escalations,
        reassessments=services.reassessments,
        on_call_watch=services.on_call_watch,
        directory_changes=services.directory_changes,
        policy_history=services.policy_history,
        replicas=services.replicas,
        measures=services.measures,
        headline=services.headline,
        feed_reader=FeedReader(core, services.feeds, services.policy_owner, on_call),
        files=files,
        outages=services.outages,
        reach=there,
    )
