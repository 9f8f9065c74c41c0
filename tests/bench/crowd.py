"""Forty people declare at the same moment while others ask for help: nobody waits long."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from tests.bench.figures import Figure, median, say
from tests.bench.signed import Answer, Line, Request, command, submission
from tests.bench.world import DECLARERS, Bench, World, account

CROWD = 40
_WORLDS = 2
# Slack's rate limits let a bot open a hundred forms a minute, so one bot can serve only this many crowds.
_CROWDS_IN_EACH = 2
_HELP_EVERY = 0.02


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure the latest acknowledgement of a crowd, several times."""
    for databases in bench.databases():
        say(f"crowd: {CROWD} declarations at the same moment on {databases.name}")
        submits, helps, seconds = [], [], []
        for _ in range(bench.times(_WORLDS)):
            with bench.world(databases, over_http=True) as world:
                for number in range(_CROWDS_IN_EACH):
                    requests, before = _forms(world, number), world.escalations()
                    began = time.monotonic()
                    submitted, helped = asyncio.run(_crowd(world, requests))
                    submits.append(max(answer.ms for answer in submitted))
                    helps.append(max(answer.ms for answer in helped))
                    world.wait_for_escalations(before + CROWD)
                    seconds.append(time.monotonic() - began)
                    world.forget_the_rest()
        where = {"database": databases.name, "crowd": CROWD, "crowds": len(submits)}
        yield Figure("latest acknowledgement of 40 declarations at once", median(submits), "ms", 100, where)
        yield Figure("latest /escalate help in the midst of them", median(helps), "ms", 100, where)
        yield Figure("all of them are escalations after", median(seconds), "s", None, where)


def _forms(world: World, number: int) -> list[Request]:
    """Open and fill in a form for each of the crowd, and return the submissions."""
    requests = []
    for place, who in enumerate(DECLARERS[:CROWD]):
        world.open_form(who, account=account(number * CROWD + place))
        view = world.slack.control.get("views", user=who)["views"][-1]
        requests.append(submission(who, view))
    world.come_to_rest()
    return requests


async def _crowd(world: World, requests: Sequence[Request]) -> tuple[Sequence[Answer], Sequence[Answer]]:
    """Send everything at once, and ask for help repeatedly until the last has its response."""
    port = world.bot.port
    lines = [await Line.open(port) for _ in requests]
    helper = await Line.open(port)
    asking = asyncio.gather(*(line.ask(request) for line, request in zip(lines, requests, strict=True)))
    helped = []
    while not asking.done():
        helped.append(await helper.ask(command("help", DECLARERS[-1], "help")))
        await asyncio.sleep(_HELP_EVERY)
    answers = await asking
    for line in (*lines, helper):
        await line.close()
    # An empty answer closes the form; any other would be an error in it.
    if refused := [answer.body for answer in answers if answer.body]:
        raise ValueError(refused)
    return answers, helped
