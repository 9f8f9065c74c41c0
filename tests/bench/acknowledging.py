"""A steady day: fifty requests a second over signed HTTP, and the time to each acknowledgement."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from bot.views.kit import ids
from tests.bench.figures import Figure, median, percentile, say
from tests.bench.signed import Answer, Line, Request, command, event, interaction, submission
from tests.bench.world import DECLARERS, OWNER, Bench, World, account
from tests.support.person import Json

RATE = 50
SECONDS = 20
# Out of a hundred requests. People type and select more than they press, and press more than they declare.
_MIX = {"type": 26, "choose": 26, "help": 10, "status": 10, "link": 12, "home": 10, "acknowledge": 5, "submit": 1}
_BARE = Request("bare", path="/healthz")
_ESCALATIONS = 8
_SEED = 20260306


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure the acknowledgements of a steady stream of mixed requests."""
    for databases in bench.databases():
        seconds = bench.times(SECONDS)
        say(f"acknowledging: {RATE} requests a second for {seconds} s on {databases.name}")
        with bench.world(databases, over_http=True) as world:
            requests = _requests(world, RATE * seconds)
            asyncio.run(_stream(world.bot.port, requests[:RATE]))  # the first second warms caches
            answers = asyncio.run(_stream(world.bot.port, requests[RATE:]))
            world.come_to_rest()
            bare = asyncio.run(_stream(world.bot.port, [_BARE] * (len(answers) // 2)))
        times = [answer.ms for answer in answers]
        # What the machine, the server and this client take for an answer that needs nothing.
        floor = round(median([answer.ms for answer in bare]), 1)
        where = {"database": databases.name, "rate": RATE, "requests": len(answers), "p50_bare": floor}
        each = {
            kind: round(median([answer.ms for answer in answers if answer.kind == kind]), 1)
            for kind in sorted({answer.kind for answer in answers})
        }
        yield Figure("acknowledgement p50", median(times), "ms", 2, {**where, "p50_by_kind": each})
        yield Figure("acknowledgement p99", percentile(times, 0.99), "ms", 10, {**where, "most": round(max(times), 1)})


def _requests(world: World, number: int) -> list[Request]:
    """Return a mixed stream, the same each time. There are escalations to ask about, and forms ready to submit."""
    chance = random.Random(_SEED)  # noqa: S311 - not for secrets
    kinds = list(_MIX)
    drawn = chance.choices(kinds, [_MIX[kind] for kind in kinds], k=number)
    asyncio.run(_stream(world.bot.port, [submission(*_form(world, place)) for place in range(_ESCALATIONS)]))
    forms = [_form(world, _ESCALATIONS + place) for place in range(1 + Counter(drawn)["submit"])]
    world.come_to_rest()
    return [_request(kind, place, chance, forms) for place, kind in enumerate(drawn)]


def _form(world: World, place: int) -> tuple[str, Json]:
    """Open a form for somebody who has none, and fill it in; return the person and the view."""
    who = DECLARERS[place]
    world.open_form(who, account=account(place), level="sev3")
    return who, world.slack.control.get("views", user=who)["views"][-1]


def _request(kind: str, place: int, chance: random.Random, forms: list[tuple[str, Json]]) -> Request:
    who = chance.choice(DECLARERS)
    match kind:
        case "choose":
            owner, view = forms[0]  # kept open: the others are submitted, one after another
            return interaction(kind, owner, type="block_actions", actions=[{"action_id": ids.LEVEL}], view=view)
        case "type":
            typed = account(chance.randrange(200))[: chance.randint(1, 12)]
            return interaction(
                kind, who, type="block_suggestion", action_id=ids.ACCOUNT, block_id="account", value=typed
            )
        case "help":
            return command(kind, who, "help")
        case "status":
            return command(kind, who, f"status ESC-{chance.randint(1, _ESCALATIONS)}")
        case "link":
            return interaction(kind, who, type="block_actions", actions=[{"action_id": ids.OPEN_LINK}])
        case "home":
            return event(kind, place, {"type": "app_home_opened", "tab": "home", "user": who})
        case "acknowledge":
            pressed = {"action_id": ids.PRESS_ACKNOWLEDGE, "value": str(chance.randint(1, _ESCALATIONS))}
            return interaction(kind, OWNER, type="block_actions", actions=[pressed])
        case _:
            return submission(*forms.pop())


async def _stream(port: int, requests: Sequence[Request]) -> Sequence[Answer]:
    """Send requests at the rate, without waiting for earlier responses."""
    loop = asyncio.get_running_loop()
    free: list[Line] = []
    began = loop.time()

    async def send(place: int, request: Request) -> Answer:
        await asyncio.sleep(began + place / RATE - loop.time())
        while free and not free[-1].is_fresh:
            await free.pop().close()
        line = free.pop() if free else await Line.open(port)
        answer = await line.ask(request)
        free.append(line)
        return answer

    answers = await asyncio.gather(*(send(place, request) for place, request in enumerate(requests)))
    for line in free:
        await line.close()
    refused = [answer for answer in answers if answer.status != HTTPStatus.OK]
    if refused:
        raise ValueError(refused[0])
    return answers
