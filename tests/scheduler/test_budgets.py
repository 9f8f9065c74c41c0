"""A mail server that doesn't answer holds up mails only: posts and pages go out as ever."""

import asyncio
from collections import Counter

from bot.clock import ManualClock
from bot.database import outbox
from bot.database.engine import open_engine
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Database
from bot.models.work import EffectKind
from bot.scheduler.deliver import BUDGETS, Deliverer
from bot.scheduler.jobs import Job
from tests.scheduler.test_backlog import NOON, PlainJobs

MAILS, POSTS = 60, 60
MAIL = {"mail": "asked", "team": "legal", "recipient": "a@b", "to": "a@b", "copies": [], "id": "m1", "thread": []}


async def test_a_mail_server_that_hangs_holds_up_nothing_but_mails(database_url: str) -> None:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    with database.transaction() as tx:
        outbox.put_all(tx, None, *(NewEffect(EffectKind.MAIL, MAIL) for _ in range(MAILS)))
        outbox.put_all(tx, None, *(NewEffect(EffectKind.ARCHIVE) for _ in range(POSTS)))
        outbox.put_all(tx, None, *(NewEffect(EffectKind.PAGE, {"page": 1, "send": 1}) for _ in range(POSTS)))
    answers, posted = asyncio.Event(), asyncio.Event()
    begun: Counter[EffectKind] = Counter()
    done: Counter[EffectKind] = Counter()

    async def mail(job: Job) -> None:
        begun[job.effect.kind] += 1
        await answers.wait()
        done[job.effect.kind] += 1

    async def post(job: Job) -> None:
        done[job.effect.kind] += 1
        if done[EffectKind.ARCHIVE] == done[EffectKind.PAGE] == POSTS:
            posted.set()

    performers = {EffectKind.MAIL: mail, EffectKind.ARCHIVE: post, EffectKind.PAGE: post}
    core = Core(database)
    delivering = asyncio.create_task(Deliverer(core, PlainJobs(), performers).drain())
    await posted.wait()
    assert begun == {EffectKind.MAIL: BUDGETS[EffectKind.MAIL]}, "the others wait in the queue"
    assert done[EffectKind.MAIL] == 0
    answers.set()
    await delivering
    assert done == {EffectKind.MAIL: MAILS, EffectKind.ARCHIVE: POSTS, EffectKind.PAGE: POSTS}
    core.close()
    database.engine.dispose()
