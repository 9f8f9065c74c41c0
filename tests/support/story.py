"""A story: the real bot against the sandbox on a real database, with time moved by hand.

Bot and sandbox run in a loop of their own; a test tells the story from outside, as the people in it. Only the story
wakes the bot: time passes from one due moment to the next, and what is due is delivered before anybody looks.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from sqlalchemy import bindparam, func, or_, select

from bot import settings
from bot.app import build
from bot.clock import ManualClock
from bot.database import queries
from bot.integrations.slack.sockets import SocketTransport
from bot.integrations.slack.transport import HttpTransport
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block
from bot.program import Program
from bot.scheduler.rates import CALLS_OF
from bot.views.kit import ids
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.support import settled
from tests.support.browser import Answer, browsing
from tests.support.engines import kept_engine
from tests.support.person import Control, Form, Json, Seen

if TYPE_CHECKING:
    from starlette.types import ASGIApp

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_MORNING = "Fri 2026-03-06 10:00"

WORKSPACE = """
workspace: {id: T01SANDBOX, name: Sample Corp, domain: sample-corp}
users:
  - {id: U01ANA, name: ana, real_name: Ana Ruiz, email: ana@example.com, tz: America/New_York}
  - {id: U01DANA, name: dana, real_name: Dana Fox, email: dana@example.com, tz: Europe/Berlin}
  - {id: U01ELI, name: eli, real_name: Eli Brandt, email: eli@example.com, tz: Europe/Berlin}
  - {id: U01MARIA, name: maria, real_name: Maria Lee, email: maria@example.com, tz: America/New_York}
  - {id: U01OMAR, name: omar, real_name: Omar Silva, email: omar@example.com, tz: America/Los_Angeles}
  - {id: U01NOOR, name: noor, real_name: Noor Haddad, email: noor@example.com, tz: Asia/Kolkata}
  - {id: U01KIM, name: kim, real_name: Kim Berg, email: kim@example.com, deleted: true}
channels:
  - {id: C01GENERAL, name: general, members: [U01ANA, U01DANA, U01ELI, U01MARIA, U01OMAR, U01NOOR]}
"""

DIRECTORY = """
fallback:
  fix_owner: dana@example.com
  relationship_owner: ana@example.com
  manager: maria@example.com
  vp_customer_success: omar@example.com
people:
  - {email: ana@example.com, slack_id: U01ANA, manager: maria@example.com}
  - {email: maria@example.com, slack_id: U01MARIA, manager: omar@example.com}
areas:
  - key: exports
    name: Exports and reports
    owner: dana@example.com
    rota: {people: [dana@example.com, eli@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: Europe/Berlin}
teams: {tech_support: [Eli@example.com]}
"""

ACCOUNTS = """name,domain,tier,plan,health,renewal_on,csm,manager,area,crm_url
Acme,acme.example,standard,business,82,2027-03-31,ana@example.com,,exports,https://crm.example/acme
Globex,globex.example,strategic,business,90,,ana@example.com,,,
Initech,initech.example,standard,business,54,,ana@example.com,,,
Umbrella,umbrella.example,standard,starter,88,,kim@example.com,,,
"""

# Slack's error codes for malformed calls, as opposed to those about the state of things.
_MALFORMED = frozenset({"invalid_arguments", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

USERS = {name: f"U01{name.upper()}" for name in ("ana", "dana", "eli", "maria", "omar", "noor", "kim")}


# Jobs that change nothing people are sent. While time moves from one due moment to the next, they run once, at the end.
_AT_THE_END = frozenset({"numbers", "measures", "retention"})

# Built once because they run after everything that anybody does.
_READY = select(Effect.kind, Effect.not_before).where(Effect.state == EffectState.READY)
_NEXT_DUE = select(func.min(Timer.due_at)).where(
    Timer.fired_at.is_(None),
    or_(Timer.not_before.is_(None), Timer.not_before <= bindparam("real_now", type_=UtcDateTime())),
)


def moment(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """Parse `Fri 2026-03-06 15:00` or `2026-03-06 15:00` as wall time in a zone; fails on a wrong day of the week."""
    day, _, rest = text.rpartition(" ") if text[0].isdigit() else (text[:3], "", text[4:])
    local = datetime.strptime(rest if text[0].isalpha() else text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    if text[0].isalpha():
        assert f"{local:%a}" == day, f"{text} is a {local:%a}"
    return local.astimezone(UTC)


@dataclass(frozen=True)
class Company:
    """The people in Slack and in the directory, as the files describe them."""

    workspace: str
    directory: str


@dataclass
class Story:
    """The people, the clock, and what they see."""

    control: Control
    clock: ManualClock
    real_clock: ManualClock
    database_url: str
    _loop: asyncio.AbstractEventLoop
    _restart: Callable[..., Coroutine[Any, Any, Program]]
    program: Program
    sandbox: Sandbox
    others: list[Program] = field(default_factory=list)
    slack_is_away: bool = False

    # Time.

    def forward(self, **length: float) -> None:
        """Move time forward, from one due moment to the next."""
        until = self.clock.at + timedelta(**length)
        while (due := self._next_due()) is not None and due <= until:
            self._set(max(due, self.clock.at))
            self._run(self._settle(without=_AT_THE_END))
        self._set(until)
        self.settle()

    def forward_to(self, text: str) -> None:
        """Move time forward to a moment in New York."""
        self.forward(seconds=(moment(text) - self.clock.at).total_seconds())

    def skip(self, **length: float) -> None:
        """Move time forward in one step; what was due meanwhile happens at the end.

        For stories of weeks that are not about pages and reminders, which recur until somebody acts.
        """
        self._set(self.clock.at + timedelta(**length))
        self.settle()

    def skip_to(self, text: str) -> None:
        """Skip to a moment in New York."""
        self.skip(seconds=(moment(text) - self.clock.at).total_seconds())

    def outage(self, **length: float) -> None:
        """Move time forward while the bot is not running."""
        self._set(self.clock.at + timedelta(**length))
        self.restart()

    def lose_slack(self) -> None:
        """Make Slack respond with 503 from now on."""
        self.control.post("faults", kind="status", status=503)
        self.slack_is_away = True

    def find_slack(self) -> None:
        """Make Slack work again, and settle what waited for it."""
        self.control.delete("faults")
        self.slack_is_away = False
        self.settle()

    def restart(self, **changed: Any) -> None:
        """Restart the bot on the same database, with changed settings if given."""
        self._run(self._stop_and_start(changed))
        self.settle()

    def join_by_another(self, **changed: Any) -> Program:
        """Start a second process on the same database; it sleeps until it becomes the story's program."""
        other = self._run(self._restart(**changed))
        self.others.append(other)
        return other

    def deliver_now(self) -> None:
        """Deliver what can go out at this moment, without moving time."""
        self._run(self.program.engine.deliverer.drain())

    def settle(self) -> None:
        """Settle everything that is due now, in the bot and in the sandbox."""
        self._run(self._settle())

    def meet(self, people: Iterable[str]) -> None:
        """Look people up in Slack, as happens when they first use the bot."""
        services = self.program.services
        with services.database.transaction() as tx:
            services.people.look_up(tx, set(people))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop of the bot and the sandbox."""
        return self._run(work)

    # What people do.

    def command(self, who: str, text: str = "", channel: str = "general") -> Json:
        """Type the command."""
        answer = self.control.post("command", user=USERS[who], channel=channel, command="/escalate", text=text)
        self.settle()
        return answer

    def by_hand(self, what: str, who: str, **body: Any) -> Json:
        """Do something in Slack itself that sends the bot an event."""
        answer = self.control.post(what, user=USERS[who], **body)
        self._run(self.sandbox.courier.idle())
        self.settle()
        return answer

    def browse(self, method: str, path: str, **form: str) -> Answer:
        """Open a page of the bot's public address, or send its form."""

        async def browse() -> Answer:
            app = cast("ASGIApp", self.program.listener.server.config.app)
            async with browsing(app) as browser:
                return await browser.ask(method, path, data=form or None)

        answer = self._run(browse())
        self.settle()
        return answer

    def shortcut(self, who: str, callback_id: str, **place: Any) -> Json:
        """Use a shortcut, on a message if a place is given."""
        answer = self.control.post("shortcut", user=USERS[who], callback_id=callback_id, **place)
        self.settle()
        return answer

    def form(self, who: str) -> Form:
        """Return the form somebody has open."""
        views = self.control.get("views", user=USERS[who])["views"]
        assert views, f"{who} has no form open"
        return Form(views[-1])

    def has_form(self, who: str) -> bool:
        """Return True if somebody has a form open."""
        return bool(self.control.get("views", user=USERS[who])["views"])

    def choose(self, who: str, action_id: str, value: str) -> None:
        """Use a control in a form that responds immediately."""
        self.control.post("press", user=USERS[who], surface="modal", action_id=action_id, value=value)
        self.settle()

    def press_in_form(self, who: str, action_id: str) -> None:
        """Press a button of the form somebody has open."""
        self.control.post("press", user=USERS[who], surface="modal", action_id=action_id)
        self.settle()

    def fill(self, who: str, **values: Any) -> None:
        """Fill in the form somebody has open, without submitting it."""
        answer = self.control.post("fill", user=USERS[who], values=values)
        assert not answer["errors"], answer

    def submit(self, who: str, **values: Any) -> Json:
        """Submit the form somebody has open."""
        answer = self.control.post("submit", user=USERS[who], values=self._told(who, self._named(who, values)))
        self.settle()
        return answer

    def _told(self, who: str, values: Json) -> Json:
        """Return values that say that the person told the customer, in an update whose form asks and has no answer."""
        if "way" in values or not self.has_form(who):
            return values
        form = self.form(who).raw
        asks = any(block.get("block_id") == "way" for block in form["blocks"])
        known = form.get("state", {}).get("values", {}).get("way", {}).get(ids.PICK_WAY, {}).get("selected_option")
        return values if known is not None or not asks else {**values, "way": {ids.PICK_WAY: "person"}}

    def _named(self, who: str, values: Json) -> Json:
        """Return values by block id: the severity has another once a category has preselected it."""
        block = self.form(who).level_block if "level" in values and self.has_form(who) else "level"
        return {block if name == "level" else name: value for name, value in values.items()}

    def close_form(self, who: str) -> None:
        """Close the form somebody has open."""
        self.control.post("close", user=USERS[who])
        self.settle()

    def press(self, who: str, action_id: str, *, on: Seen, value: str | None = None) -> Json:
        """Press a button of a message, or select in its menu."""
        extra = {"value": value} if value is not None else {}
        answer = self.control.post(
            "press", user=USERS[who], action_id=action_id, channel=on.raw["channel"], ts=on.ts, **extra
        )
        self.settle()
        return answer

    def press_together(self, people: Iterable[str], action_id: str, *, on: Seen) -> None:
        """Press a button of a message as several people at once, before the message has lost it."""
        for who in people:
            self.control.post("press", user=USERS[who], action_id=action_id, channel=on.raw["channel"], ts=on.ts)
        self.settle()

    def declare(
        self,
        who: str = "noor",
        *,
        account: str = "Acme",
        level: str = "sev1",
        summary: str = "Exports are down",
        area: str | None = None,
        at: str | None = None,
        **more: Any,
    ) -> int:
        """Declare an escalation and return its number."""
        if at is not None:
            self._set(moment(at))
        self.command(who)
        given = {"area": area} if area else {}
        if given or more:
            self.press_in_form(who, ids.MORE_OPTIONS)
        answer = self.submit(who, account=account, summary=summary, level=level, **given, **more)
        assert answer["result"] == "closed", answer
        return self.newest()

    def newest(self) -> int:
        """Return the number of the escalation that was declared last."""
        with self.program.services.database.transaction() as tx:
            return tx.session.scalars(select(func.max(Escalation.id))).one()

    def act(self, who: str, action_id: str, number: int, **values: Any) -> Json:
        """Press a button of the card and submit the form it opens."""
        self.press(who, action_id, on=self.card(number))
        return self.submit(who, **values)

    def menu(self, who: str, choice: str, number: int, **values: Any) -> Json:
        """Select in the card's *More* menu and submit the form it opens."""
        self.more(who, choice, number)
        return self.submit(who, **values)

    def more(self, who: str, choice: str, number: int) -> None:
        """Select in the card's *More* menu."""
        self.press(who, ids.PICK_MORE, on=self.card(number), value=f"{number}:{choice}")

    def hand_over(self, by: str, number: int, *, role: str, person: str) -> None:
        """Offer a role to somebody (by Slack id), who accepts it."""
        self.menu(by, "owners", number, role=role, person=person)
        who = next(name for name, user_id in USERS.items() if user_id == person)
        asked = [message for message in self.direct(who) if ids.PRESS_ACCEPT_ROLE in message.buttons]
        self.press(who, ids.PRESS_ACCEPT_ROLE, on=asked[-1])

    def details(self, who: str, number: int, **values: str) -> Json:
        """Fill in details from the card's form."""
        self.open_details(who, number)
        return self.submit(who, **values)

    def open_details(self, who: str, number: int) -> Form:
        """Open the form of all details from the card."""
        self.press(who, ids.PRESS_FACTS, on=self.card(number))
        if ids.MORE_DETAILS in str(self.form(who).raw):
            self.press_in_form(who, ids.MORE_DETAILS)
        return self.form(who)

    def post_as_bot(self, number: int, *blocks: Block) -> Seen:
        """Post blocks in an escalation's channel as the bot, as an earlier version did."""
        slack = WebClient(self.sandbox.bot_token, base_url=self.sandbox.api_url)
        channel = self.facts(number).channel_id or ""
        posted = slack.chat_postMessage(channel=channel, text="From an earlier version.", blocks=blocks)
        return next(message for message in self.messages(number) if message.ts == posted["ts"])

    def hear(self, body: Json, *, settles: bool = True) -> BoltResponse:
        """Deliver a payload again, as Slack does if it lost the response; return the new response."""
        request = AsyncBoltRequest(mode="socket_mode", body=body)
        transport = self.program.transport
        assert isinstance(transport, SocketTransport | HttpTransport)
        answer = self._run(transport.app.async_dispatch(request))
        if settles:
            self.settle()
        return answer

    # What people see.

    def facts(self, number: int) -> EscalationFacts:
        """Return the record."""
        with self.program.services.database.transaction() as tx:
            found = queries.escalation(tx.session, number)
        if found is None:
            raise LookupError(number)
        return found.facts()

    def channel(self, number: int) -> Json:
        """Return an escalation's channel as the workspace has it."""
        wanted = self.facts(number).channel_id
        return next(channel for channel in self.state()["channels"] if channel["id"] == wanted)

    def state(self) -> Json:
        """Return the workspace's state."""
        return self.control.get("state")

    def messages(self, place: str | int, who: str = "dana") -> list[Seen]:
        """Return what somebody sees in a channel, oldest first; for an escalation's channel give its number."""
        channel = self.facts(place).channel_id if isinstance(place, int) else place
        found = self.control.get("messages", channel=channel, user=USERS[who])["messages"]
        seen = [Seen({"channel": channel, **message}) for message in found]
        return sorted(seen, key=lambda message: float(message.ts))

    def said(self, number: int, who: str = "dana") -> list[str]:
        """Return what the bot posted in an escalation's channel besides the card."""
        card = self.facts(number).card_ts
        return [message.text for message in self.messages(number, who) if _is_ours(message) and message.ts != card]

    def find(self, number: int, words: str) -> Seen:
        """Return the latest message with these words in an escalation's channel."""
        return [message for message in self.messages(number) if words in message.all_text][-1]

    def home(self, who: str) -> str:
        """Open the bot's Home tab and return its text."""
        self.control.post("home", user=USERS[who])
        self.settle()
        return str(self.control.get("home", user=USERS[who]))

    def last(self, number: int) -> Seen:
        """Return the bot's last message in an escalation's channel."""
        return [message for message in self.messages(number) if _is_ours(message)][-1]

    def card(self, number: int) -> Seen:
        """Return the live card."""
        ts = self.facts(number).card_ts
        return next(message for message in self.messages(number) if message.ts == ts)

    def direct(self, who: str) -> list[Seen]:
        """Return the bot's direct messages to somebody."""
        channels = self.state()["channels"]
        mine = [c for c in channels if c.get("is_im") and USERS[who] in (c.get("user"), *c.get("members", []))]
        return [message for channel in mine for message in self.messages(channel["id"], who) if _is_ours(message)]

    def pages(self, who: str) -> list[str]:
        """Return the rings of somebody's pages, in order. Each replaces the one before, so few still stand."""
        posted = [call for call in self.calls("chat.postMessage") if not (call["fault"] or call["error"])]
        texts = [
            str(call["arguments"].get("text")) for call in posted if call["arguments"].get("channel") == USERS[who]
        ]
        return [text for text in texts if text.startswith(":pager:")]

    def members(self, number: int) -> set[str]:
        """Return the names of the people in an escalation's channel."""
        names = {user_id: name for name, user_id in USERS.items()}
        return {names[member] for member in self.channel(number)["members"] if member in names}

    def calls(self, method: str | None = None, since: int = 0) -> Sequence[Mapping[str, Any]]:
        """Return the bot's calls of the Web API."""
        calls: Sequence[Mapping[str, Any]] = self.control.get("calls", since=since)["calls"]
        return [call for call in calls if method is None or call["method"] == method]

    def assert_nothing_malformed(self) -> None:
        """Fail if Slack would have rejected anything the bot drew as malformed, except for injected faults."""
        refused = [call for call in self.calls() if call["error"] in _MALFORMED and not call["fault"]]
        assert not refused, json.dumps(refused[0], indent=1)

    # The machinery.

    def _set(self, at: datetime) -> None:
        """Set all clocks: the bot's two, and the sandbox's, by which its rate limits refill."""
        self.real_clock.at += at - self.clock.at
        self.clock.at = at
        self._show_sandbox()

    def _show_sandbox(self) -> None:
        self.sandbox.clock.set(now=self.real_clock.at.timestamp(), speed=0)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    async def _settle(self, *, without: Collection[str] = ()) -> None:
        """Settle until nothing more is due, waiting out short delays by Slack's rate limits.

        Jobs of the engine named in `without` stay due.
        """
        for _ in range(200):
            await self.program.after_ack.finish()
            busy = await self.program.engine.run_due_jobs(without=without)
            put_off = None if self.slack_is_away else self._put_off_until()
            if put_off is not None:
                self.real_clock.at = put_off
                self._show_sandbox()
            elif not busy and self.program.after_ack.idle:
                return
        raise AssertionError("it never comes to rest")

    def _put_off_until(self) -> datetime | None:
        """Return when the next postponed or rate-limited effect may go, or None."""
        now = self.real_clock.at
        soon = now + timedelta(minutes=2)
        with self.program.services.database.transaction() as tx:
            ready = tx.session.execute(_READY).all()
        put_off = [at for _, at in ready if at is not None and at > now]
        waiting = {kind for kind, at in ready if at is None or at <= now}
        room_at = now + self._until_there_is_room(waiting)
        return min((at for at in (*put_off, room_at) if now < at <= soon), default=None)

    def _until_there_is_room(self, waiting: Iterable[EffectKind]) -> timedelta:
        """Return how long Slack's rate limits delay effects of these kinds; zero if they don't."""
        calls = {call for kind in waiting for call in CALLS_OF.get(kind, ())}
        waits = [wait for call in calls if (wait := self.program.rates.wait(call))]
        return timedelta(seconds=min(waits, default=0.0))

    def _next_due(self) -> datetime | None:
        with self.program.services.database.transaction() as tx:
            return tx.session.scalars(_NEXT_DUE, {"real_now": self.real_clock.at}).one_or_none()

    async def _stop_and_start(self, changed: Mapping[str, Any]) -> None:
        await self.program.stop()
        self.program = await self._restart(**changed)


def _is_ours(message: Seen) -> bool:
    return bool(message.raw.get("bot_id")) and not message.raw.get("subtype")


async def start(program: Program) -> Program:
    """Start the bot without its scheduler: the story drives it."""
    await program.services.core.run(program.services.accounts.refresh)
    await program.engine.run_due_jobs()
    await program.transport.start()
    return program


@contextmanager
def story(database_url: str, folder: Path, *, transport: str = "socket", **options: Any) -> Iterator[Story]:
    """Yield a story on a database, over a transport: `socket` or `http`.

    Everybody in it has used the bot before; with `strangers` only the people named were looked up.
    """
    strangers = options.pop("strangers", False)
    company = Company(options.pop("workspace", WORKSPACE), options.pop("directory", DIRECTORY))
    known = not options and settled.restore(
        database_url, (company, strangers), lambda url: _settle_once(url, folder, company, strangers=strangers)
    )
    with _told(database_url, folder, company, transport, options) as told:
        if not known:
            _introduce(told, strangers=strangers)
        told.settle()
        yield told
        told.assert_nothing_malformed()


def _introduce(told: Story, *, strangers: bool) -> None:
    """Load the accounts, and look everybody up if they aren't to be strangers."""
    told.program.services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
    if not strangers:
        told.meet(who for name, who in USERS.items() if name != "kim")


def _settle_once(database_url: str, folder: Path, company: Company, *, strangers: bool) -> None:
    """Make the database from which the stories of this company begin."""
    with _told(database_url, folder, company, "socket", {}) as told:
        _introduce(told, strangers=strangers)
        told.settle()


@contextmanager
def _told(
    database_url: str, folder: Path, company: Company, transport: str, options: Mapping[str, Any]
) -> Iterator[Story]:
    (folder / "workspace.yml").write_text(company.workspace, encoding="utf-8")
    (folder / "directory.yml").write_text(company.directory, encoding="utf-8")
    clock, real_clock = ManualClock(moment(FRIDAY_MORNING)), ManualClock(moment(FRIDAY_MORNING))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="story", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=60)

    try:
        with kept_engine(database_url):
            told = run(_begin(database_url, folder, (clock, real_clock), loop, transport, options))
            try:
                yield told
            finally:
                # Also after a failure: a socket whose loop is gone would go on asking for it.
                for program in {id(program): program for program in (told.program, *told.others)}.values():
                    run(program.stop())
                run(told.sandbox.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begin(
    database_url: str,
    folder: Path,
    clocks: tuple[ManualClock, ManualClock],
    loop: asyncio.AbstractEventLoop,
    transport: str,
    options: Mapping[str, Any],
) -> Story:
    seed = workspace_file.read(folder / "workspace.yml")
    app = manifest.read(ROOT / "manifest.yml")
    port = _free_port() if transport == "http" else 0
    urls = (f"http://127.0.0.1:{port}/slack/events",) if transport == "http" else ()
    # Over HTTP Slack requests the options of a menu only at a URL of their own.
    app = replace(app, options_url=urls[0]) if urls else app
    clock, real_clock = clocks
    sandbox = Sandbox(seed, [app], events_urls=urls)
    sandbox.clock.set(now=real_clock.at.timestamp(), speed=0)
    await sandbox.start(0)
    tokens: dict[str, Any] = (
        {"slack_signing_secret": sandbox.signing_secret}
        if transport == "http"
        else {"slack_app_token": sandbox.app_token}
    )

    async def begin(**changed: Any) -> Program:
        given = {"hot_list_channel": "off", **tokens, **options, **changed}
        loaded = settings.load(
            slack_bot_token=sandbox.bot_token,
            slack_api_url=sandbox.api_url,
            database_url=database_url,
            directory=folder / "directory.yml",
            http_port=port,
            metrics_port=0,
            **{name: told(sandbox) if callable(told) else told for name, told in given.items()},
        )
        program = await build(loaded, clock=clock, real_clock=real_clock)
        if transport == "http":
            program.serve()
        return await start(program)

    return Story(
        control=Control(sandbox.url),
        clock=clock,
        real_clock=real_clock,
        database_url=database_url,
        _loop=loop,
        _restart=begin,
        program=await begin(),
        sandbox=sandbox,
    )


def _free_port() -> int:
    import socket  # noqa: PLC0415 - only stories over HTTP need one before they begin

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
