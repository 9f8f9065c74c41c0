"""The check of `escalate doctor` that people can be reached at night, each by a route that may wake them.

What the routes need outside is tried as far as that pages nobody.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence

import aiohttp

from bot.errors import OutsideError, Temporary
from bot.integrations.apprise_messages import AppriseMessages
from bot.integrations.pagerduty.services import PagerDutySettings
from bot.integrations.pagerduty.trial import PagerDutyTrial
from bot.policy.model.directory import Directory, DirectoryPerson, identity_key
from bot.policy.model.reaching import RouteKind, in_order, kind_of, target_of
from bot.services.operator.findings import Finding, Grade, listed
from bot.settings import Settings

_SHOWN = 5
_SECONDS = 5
_ROUTES = "See docs/paging.md: list `routes` for them in the directory, and set up what they name."


def of_paging(loaded: Settings, directory: Directory) -> Iterator[Finding]:
    """Yield findings for people whom no route would wake, for routes that lead nowhere, and for what is half set up."""
    wrong = list(_dead_routes(loaded, directory))
    yield from wrong
    yield from _half(loaded)
    asleep = [who for who in sorted(_named(directory)) if not _wakes(directory.person(who), loaded)]
    if asleep:
        says = f"no route would wake {listed(asleep[:_SHOWN], len(asleep))} at night: only Slack, or mail"
        yield Finding("paging", Grade.LOOK, says, _ROUTES)
    elif not wrong and directory != Directory():
        yield Finding("paging", Grade.OK, "everyone who may be paged has a route that wakes them")


async def of_routes(session: aiohttp.ClientSession, loaded: Settings, directory: Directory) -> Sequence[Finding]:
    """Try PagerDuty's keys and token, and connect to the servers that apprise addresses name. It pages nobody."""
    pagerduty, addresses = loaded.pagerduty(), loaded.apprise()
    found = await _of_pagerduty(session, pagerduty, directory) if pagerduty is not None else []
    servers = AppriseMessages(addresses).servers() if addresses else {}
    return [*found, *await asyncio.gather(*(_of_server(name, *server) for name, server in servers.items()))]


async def _of_pagerduty(
    session: aiohttp.ClientSession, given: PagerDutySettings, directory: Directory
) -> list[Finding]:
    trial = PagerDutyTrial(session, given)
    found = [
        await _tried(
            trial.key(service),
            f"the routing key {service}" if service is not None else "the routing key",
            "Copy the key of the Events API v2 integration into ESCALATE_PAGERDUTY_ROUTING_KEY.",
        )
        for service in given.keys
    ]
    if given.token is not None:
        token = await _tried(
            trial.token(), "the API token", "Make a read-only API key, and set ESCALATE_PAGERDUTY_TOKEN."
        )
        found.append(token)
        schedules = {area.pagerduty_schedule for area in directory.areas if area.pagerduty_schedule is not None}
        found += [
            await _tried(trial.schedule(schedule), f"the schedule {schedule}", "Correct it in the directory.")
            for schedule in (sorted(schedules) if token.state is Grade.OK else ())
        ]
    return found


async def _tried(trial: Awaitable[None], what: str, do: str) -> Finding:
    try:
        await trial
    except Temporary as error:
        says = f"PagerDuty doesn't answer now for {what}: {error.code}"
        return Finding("paging", Grade.WRONG, says, "Check that this machine can reach it; rings go by the next route.")
    except OutsideError as error:
        return Finding("paging", Grade.WRONG, f"PagerDuty doesn't take {what}: {error.code}", do)
    return Finding("paging", Grade.OK, f"PagerDuty takes {what}")


async def _of_server(name: str, host: str, port: int) -> Finding:
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError):
        do = "Correct it in ESCALATE_APPRISE_URLS, or check the server."
        return Finding("paging", Grade.WRONG, f"{name}: nothing answers at {host}:{port}", do)
    return Finding("paging", Grade.OK, f"{name}: {host}:{port} answers; whether it takes messages shows only with one")


def _named(directory: Directory) -> set[str]:
    """Return who may be paged: fallbacks, managers, owners, and everybody on a rota."""
    named = {*directory.fallback.values(), *(entry.manager for entry in directory.people if entry.manager)}
    named |= {person for area in directory.areas for person in area.people()}
    entries = {who: directory.person(who) for who in named}
    return {entry.email if (entry := entries[who]) is not None else identity_key(who) for who in named}


def _wakes(person: DirectoryPerson | None, loaded: Settings) -> bool:
    routes = in_order(person.routes) if person is not None else ()
    return person is not None and any(_is_loud(route) and _problem(route, person, loaded) is None for route in routes)


def _is_loud(route: str) -> bool:
    return kind_of(route).is_loud


def _dead_routes(loaded: Settings, directory: Directory) -> Iterator[Finding]:
    for person in directory.people:
        for route in person.routes:
            if (problem := _problem(route, person, loaded)) is not None:
                yield Finding(
                    "paging", Grade.LOOK, f"{person.email}: {route} is passed over, because {problem}", _ROUTES
                )


def _problem(route: str, person: DirectoryPerson, loaded: Settings) -> str | None:
    """Return why a route doesn't lead to somebody; None if it may."""
    kind, target = kind_of(route), target_of(route)
    if kind is RouteKind.SLACK:
        return None
    if kind not in loaded.routes():
        return "it isn't set up"
    pagerduty = loaded.pagerduty()
    if kind is RouteKind.PAGERDUTY and pagerduty is not None and target not in pagerduty.keys:
        return f"no routing key is named {target}" if target else "there is no routing key without a name"
    if kind is RouteKind.APPRISE:
        address = loaded.apprise().get(target or "")
        if address is None:
            return f"ESCALATE_APPRISE_URLS names no {target}"
        if "{phone}" in address and person.phone is None:
            return "no phone number is known"
    return None


def _half(loaded: Settings) -> Iterator[Finding]:
    if loaded.pagerduty_routing_key is not None and loaded.pagerduty_webhook_secret is None:
        says = "PagerDuty is told of pages, but what people acknowledge there isn't known here"
        yield Finding("paging", Grade.LOOK, says, "Add a webhook there, and set ESCALATE_PAGERDUTY_WEBHOOK_SECRET.")
    if loaded.routes() and loaded.public_url is None:
        says = "messages outside Slack carry no link to acknowledge"
        yield Finding("paging", Grade.LOOK, says, "Set ESCALATE_PUBLIC_URL.")
    addresses = loaded.apprise()
    for name, problem in (AppriseMessages(addresses).problems() if addresses else {}).items():
        yield Finding("paging", Grade.WRONG, f"{name}: {problem}", "Correct it in ESCALATE_APPRISE_URLS.")
