"""The table of who may do what, in `docs/security.md`: every cell is tried, so that page and program cannot differ."""

import inspect
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import MagicMock

import pytest

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.commands.migrating import upgrade
from bot.database import profiles
from bot.errors import FormError, NotAMember, NotAnAdmin, NotFound
from bot.integrations.slack.members import BotIdentity
from bot.integrations.slack.workspace import SlackWorkspace
from bot.policy.decide.account_programme import ProposalRequest
from bot.policy.decide.lifecycle import Move, Refused
from bot.policy.decide.review_edits import UNCHANGED, ReviewEdit
from bot.policy.model.directory import EntryKind
from bot.policy.model.facts import ACCOUNT, HealthState, Issue
from bot.policy.record.beginning import Beginning
from bot.policy.record.captures import SaidMessage
from bot.policy.record.customer_texts import Telling, TextRoute
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, Ticket
from bot.ports.workspace import OwnChannel, Posted
from bot.services.bundle import Services
from bot.services.card.corrections import Correction
from bot.services.categories.categories import CategoryChange
from bot.services.closing.closures import Resolution
from bot.services.confirming.questions import Told
from bot.services.declaring.declaration import Declaration, Report
from bot.services.incidents.incidents import NewIncident
from bot.services.people.admissions import Admissions
from bot.services.reviews.parts import ReviewPart
from bot.services.updates.update_edits import EditedUpdate
from bot.services.updates.updates import NewUpdate
from bot.services.verification.verifications import FactorChecks
from bot.services.waiting.waits import FollowUp
from tests.support.members import meet
from tests.support.story import DIRECTORY, moment

if TYPE_CHECKING:
    from bot.integrations.slack.calls import Calls

PAGE = Path(__file__).resolve().parents[1] / "docs" / "security.md"
OUR_TEAM = "T01SANDBOX"
PAT, BOT = "U01PAT", "U0SANDBOX1"
WHO = {
    "Declarer": "U01NOOR",
    "Owner": "U01DANA",
    "Manager": "U01MARIA",
    "Any employee": PAT,
    "Multi-channel guest": "U01GUS",
    "Single-channel guest": "U01SOL",
    "Deactivated": "U01KIM",
    "Person of a shared channel": "U01IVY",
    "Person of another workspace": "U01ZOE",
    "Bot": BOT,
}
# As Slack describes them; everybody else is a member.
DESCRIBED: dict[str, dict[str, Any]] = {
    "U01GUS": {"is_restricted": True},
    "U01SOL": {"is_restricted": True, "is_ultra_restricted": True},
    "U01KIM": {"deleted": True},
    "U01IVY": {"team_id": "T09OTHER", "is_stranger": False},
    "U01ZOE": {"team_id": "T08OTHER", "is_stranger": True},
    BOT: {"is_bot": True},
}


@dataclass
class Company:
    """Services with escalations to try things on."""

    services: Services
    clock: ManualClock
    numbers: Iterator[int] = field(default_factory=lambda: iter(count(1)))

    def request(self) -> str:
        """Return a request that nobody has made."""
        return f"V{next(self.numbers)}"

    def declare(self, by: str = "U01NOOR", **more: Any) -> int:
        """Declare one, of a customer of its own."""
        given = {"account_id": None, "new_account": f"Customer {next(self.numbers)}", "level": "sev3", **more}
        declaration = Declaration(summary="Exports are down", **given)
        return self.services.declarations.declare(declaration, by=by, request=self.request()).number

    def opened(self) -> int:
        """Return one whose channel is there."""
        number = self.declare()
        with self.services.database.transaction() as tx:
            self.services.channels.opened(tx, number, OwnChannel(f"C01ESC{number}", f"esc-{number}"))
            drawn = self.services.records.within(tx, number).facts
            self.services.channels.card_posted(tx, number, Posted(f"C01ESC{number}", "1772809200.000001"), drawn)
        return number

    def proposed(self, by: str = "U01NOOR") -> int:
        """Propose an account programme."""
        proposal = ProposalRequest(source="Sales", criteria=("A renewal is at stake",), health=HealthState.RED)
        return self.declare(by, kind=ACCOUNT, proposal=proposal)

    def resolved(self, **more: Any) -> int:
        """Return one that is resolved."""
        number = self.declare(level="sev4", **more)
        self.services.closures.resolve(number, RESOLUTION, by="U01DANA")
        return number

    def mailable(self) -> int:
        """Return one of a customer who gets mail, with Dana as the customer owner."""
        name = f"Mailed {next(self.numbers)}"
        self.services.account_import.load(f"name,contacts\n{name},jo@acme.example\n".encode(), "accounts.csv")
        number = self.declare(new_account=name)
        self.services.owners.assign(number, RELATIONSHIP_OWNER, "U01DANA", by="U01DANA")
        return number

    def tell(self, number: int, telling: Telling, *, by: str) -> int:
        """Write a text for the customer."""
        update = NewUpdate(note="", customer_text="We're on it.", next_at=UPDATE.next_at, telling=telling)
        self.services.updates.post(number, update, by=by, request=self.request())
        return number

    def reviewed(self) -> int:
        """Return one whose review is written."""
        number = self.declare(level="sev1")
        edit = ReviewEdit({"whys": "The queue has no limit."}, {})
        self.services.reviews.save(number, edit, ReviewPart(), by="U01DANA")
        return number

    def checked(self, number: int) -> int:
        """Return one on which all that a high risk asks for has been checked."""
        service = self.services.verifications
        service.check(number, FactorChecks(tier="high"), by="U01ELI")
        proof = service.form(number, viewer="U01ELI").proof
        assert proof is not None
        service.check(
            number, FactorChecks(now=[factor.key for factor in proof.tier.of][: proof.tier.factors]), by="U01ELI"
        )
        return number


RESOLUTION = Resolution(fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
UPDATE = NewUpdate(note="We're on it.", customer_text="", next_at=moment("Fri 2026-03-06 10:30"))


def see_in_list(company: Company, by: str) -> None:
    number = company.declare()
    assert number in {facts.number for facts, _ in company.services.escalations.live(viewer=by, limit=1_000).shown}
    company.services.escalations.home(by, limit=40)


def see_names(company: Company, by: str) -> None:
    company.declare()
    company.services.accounts.refresh()
    assert company.services.accounts.search("Customer", viewer=by)


def see_page(company: Company, by: str) -> None:
    company.services.account_pages.of_escalation(company.declare(), viewer=by)


def keep_open(company: Company, by: str) -> None:
    number = company.resolved()
    company.services.closures.close(number, by="U01DANA", summary="Over.", finished_on=None)
    company.services.closures.keep_open(number, by=by)


def preview(company: Company, by: str) -> None:
    issue = Issue(level="sev3")
    company.services.declaration_previews.preview(account_id=None, new_account="X", issue=issue, area=None, by=by)
    company.declare(by)


def take_over(company: Company, by: str) -> None:
    role = RELATIONSHIP_OWNER if by == "U01DANA" else FIX_OWNER
    company.services.owners.assign(company.declare(), role, by, by=by)


def ask_for_level(company: Company, by: str) -> None:
    company.services.level_requests.change_or_ask(company.declare(), "sev2", by=by, reason="It grows.")


def answer_level(company: Company, by: str) -> None:
    number = company.declare()
    company.services.level_requests.change_or_ask(number, "sev2", by="U01NOOR", reason="It grows.")
    request = company.services.escalations.one(number, viewer="U01NOOR")[0].level_requests[0].id
    company.services.level_requests.approve(number, request, by=by)


def reopen(company: Company, by: str) -> None:
    number = company.resolved()
    company.services.closures.reopen(number, by=by, reason="It is back.")


def waive(company: Company, by: str) -> None:
    company.services.waivers.waive(company.declare(), by=by, reason="They are away.")


def check(company: Company, by: str) -> None:
    company.services.verifications.check(company.declare(), FactorChecks(tier="low"), by=by)


def incident(company: Company, by: str) -> None:
    new = NewIncident("Logins fail", company.clock.at)
    company.services.incidents.declare(new, [company.declare()], by=by, request=company.request())


def edit_update(company: Company, by: str) -> None:
    number, author = company.declare(), "U01ELI"
    company.services.updates.post(number, UPDATE, by=author, request=company.request())
    draft = company.services.update_edits.draft(number, by=author)
    edited = EditedUpdate(update=draft.update.id, edits=0, note="Corrected.", customer_text="", next_at=None)
    company.services.update_edits.edit(number, edited, by=by)


def exit_criteria(company: Company, by: str) -> None:
    company.services.exit_criteria.write(company.declare(), "Exports run for a week.", customer=None, by=by)


def facts(company: Company, by: str) -> None:
    number = company.declare()
    company.services.intakes.form(number, viewer=by)
    company.services.intakes.fill(number, {}, by=by)


def capture(company: Company, by: str) -> None:
    number = company.opened()
    said = SaidMessage(f"C01ESC{number}", "1772809300.000001", "U01NOOR", "It's the queue.", company.clock.at)
    assert company.services.captures.ask(said.channel, said.ts, by=by)
    company.services.captures.add(said, by=by)


def began(company: Company, by: str) -> None:
    earlier = Beginning(reported_at=company.clock.at - timedelta(hours=1))
    company.services.beginnings.correct(company.declare(), earlier, by=by, reason="Their ticket says so.")


def wait(company: Company, by: str) -> None:
    number = company.declare()
    company.services.waits.begin(number, by=by, reason="Their logs")
    company.services.waits.resume(number, by=by)


def finish_follow_up(company: Company, by: str) -> None:
    action = CorrectiveActionFacts("Test it", "U01DANA", date(2026, 12, 1))
    facts = company.services.follow_ups.add(company.declare(), action, by="U01DANA")
    company.services.follow_ups.done(facts.number, facts.review.actions[0].id, by=by)


def follow_up(company: Company, by: str) -> None:
    company.services.waits.followed_up(company.declare(), FollowUp("Any news?"), by=by)


def send(company: Company, by: str) -> None:
    """Nobody is offered it who may not: this is a form that was changed on its way."""
    number = company.mailable()
    try:
        company.tell(number, Telling(route=TextRoute.MAIL), by=by)
    except FormError as error:
        if error.message.startswith("You can't send this yourself."):
            raise Refused([]) from error
        raise


def approve_text(company: Company, by: str) -> None:
    number = company.tell(company.mailable(), Telling(route=TextRoute.MAIL, asks=True), by="U01OMAR")
    text = company.services.escalations.one(number, viewer="U01OMAR")[0].open_text
    assert text is not None
    company.services.text_approvals.approve(number, text.id, by=by)


def note_confirmation(company: Company, by: str) -> None:
    told = Told(who="Jo", how="call", evidence="It works again.")
    company.services.customer_questions.note(company.declare(), told, by=by)


def propose(company: Company, by: str) -> None:
    company.proposed(by)


ACTIONS: dict[str, Callable[[Company, str], object]] = {
    "See it in the list and on Home": see_in_list,
    "See its status": lambda company, by: company.services.escalations.one(company.declare(), viewer=by),
    "Read the policy, simulate it": lambda company, by: Admissions(
        company.services.database, company.services.people
    ).must_be_ours(by),
    "Be offered customers' names": see_names,
    "See a customer's page": see_page,
    "Search": lambda company, by: company.services.finder.find("exports", viewer=by),
    "Read the numbers": lambda company, by: company.services.reports.asked("30d", viewer=by),
    "See who is on call": lambda company, by: company.services.on_call.duties(viewer=by),
    "Declare": preview,
    "Propose an account programme": propose,
    "Accept or decline a programme": lambda company, by: company.services.programmes.accept(
        company.proposed(), by=by, reason=""
    ),
    "Acknowledge": lambda company, by: company.services.acknowledgements.acknowledge(company.declare(), by=by),
    "Join": lambda company, by: company.services.declarations.join(company.declare(), Report(summary=""), by=by),
    "Post an update": lambda company, by: company.services.updates.post(
        company.declare(), UPDATE, by=by, request=company.request()
    ),
    "Edit the last update of another": edit_update,
    "Draft a text for the customer": lambda company, by: company.tell(company.mailable(), Telling(route=None), by=by),
    "Note what they told the customer": lambda company, by: company.tell(company.mailable(), Telling(), by=by),
    "Ask for approval of a text": lambda company, by: company.tell(
        company.mailable(), Telling(route=TextRoute.MAIL, asks=True), by=by
    ),
    "Send a text, as the customer owner": send,
    "Approve a text, as the customer owner": approve_text,
    "Ask the customer if it's solved": lambda company, by: company.services.customer_questions.ask(
        company.declare(), "jo@acme.example", "Does it work again?", by=by
    ),
    "Note the customer's confirmation": note_confirmation,
    "Mitigate": lambda company, by: company.services.closures.mitigate(company.declare(), by=by, note=""),
    "Resolve": lambda company, by: company.services.closures.resolve(company.declare(level="sev4"), RESOLUTION, by=by),
    "Add to the review": lambda company, by: company.services.reviews.save(
        company.declare(), UNCHANGED, ReviewPart(url="https://wiki.example/1"), by=by
    ),
    "Add a follow-up": lambda company, by: company.services.follow_ups.add(
        company.declare(), CorrectiveActionFacts("Test it", "U01DANA", date(2026, 12, 1)), by=by
    ),
    "Finish a follow-up": finish_follow_up,
    "Sign off or return a review": lambda company, by: company.services.reviews.sign_off(company.reviewed(), by=by),
    "Close": lambda company, by: company.services.closures.close(
        company.resolved(), by=by, summary="Over.", finished_on=None
    ),
    "Withdraw": lambda company, by: company.services.closures.withdraw(
        company.declare(), by=by, reason="A mistake.", duplicate_of=None
    ),
    "Reopen": reopen,
    "Undo an end": lambda company, by: company.services.closures.undo(company.resolved(), by=by),
    "Answer a page": lambda company, by: company.services.acknowledgements.acknowledge_page(
        company.declare(level="sev1"), by=by
    ),
    "Pass a page on": lambda company, by: company.services.acknowledgements.decline_page(
        company.declare(level="sev1"), 1, by=by
    ),
    "Take over as an owner": take_over,
    "Hand a role to someone": lambda company, by: company.services.owners.assign(
        company.declare(), FIX_OWNER, "U01OMAR", by=by
    ),
    "Request another level": ask_for_level,
    "Set the level": lambda company, by: company.services.overrides.change_level(
        company.declare(), "sev2", by=by, reason="It grows."
    ),
    "Answer a request for another level": answer_level,
    "Waive the customer's confirmation": waive,
    "Fill in facts": facts,
    "Edit summary or account": lambda company, by: company.services.corrections.correct(
        company.declare(), Correction(summary="Exports", description=""), by=by
    ),
    "Bring in people": lambda company, by: company.services.owners.bring_in(company.declare(), ["U01OMAR"], by=by),
    "See its timeline": lambda company, by: company.services.timelines.page(company.declare(), viewer=by),
    "See its audit": lambda company, by: company.services.audits.page(company.declare(), 0, viewer=by),
    "Add a message to the timeline": capture,
    "Correct when it began": began,
    "Wait on the customer": wait,
    "Note that the customer followed up": follow_up,
    "Link a ticket": lambda company, by: company.services.tickets.link(
        company.declare(), Ticket(number="SUP-1", url=None), by=by
    ),
    "Change the category": lambda company, by: company.services.categories.change(
        company.declare(), CategoryChange("technical"), by=by
    ),
    "Make it confidential": lambda company, by: company.services.categories.change(
        company.opened(), CategoryChange(None, confidential=True), by=by
    ),
    "Note an identity check": check,
    "Approve an identity of high risk": lambda company, by: company.services.verifications.approve(
        company.checked(company.declare()), by=by
    ),
    "Mark a churn risk": lambda company, by: company.services.churn_risks.note(company.declare(), [0], by=by, note=""),
    "Write exit criteria": exit_criteria,
    "Declare a major incident": incident,
    "Try again what failed": lambda company, by: company.services.declarations.retry(company.declare(), by=by),
    "Keep its channel open": keep_open,
    "Note an absence of their own": lambda company, by: company.services.absences.away(
        company.clock.at + timedelta(days=30), company.clock.at + timedelta(days=31), "U01OMAR", by=by
    ),
    "Change the directory": lambda company, by: company.services.directory_changes.put(
        EntryKind.AREA, {"key": "exports", "name": "Exports"}, by=by
    ),
    "See a confidential one": lambda company, by: company.services.escalations.one(
        company.declare(confidential=True), viewer=by
    ),
    "Acknowledge a confidential one": lambda company, by: company.services.acknowledgements.acknowledge(
        company.declare(confidential=True), by=by
    ),
    "Close a confidential one": lambda company, by: company.services.closures.close(
        company.resolved(confidential=True), by=by, summary="Over.", finished_on=None
    ),
}


def cells() -> Iterator[tuple[str, str, str]]:
    """Read the table: the action, who, and what happens."""
    lines = [line.strip().strip("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    head = rows[0]
    for row in rows[2:]:
        yield from ((row[0], who, cell) for who, cell in zip(head[1:], row[1:], strict=True))


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """Hand out services on a database in which Slack has described everybody."""
    folder = Path(tempfile.mkdtemp())
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    (folder / "policy.yml").write_text("extends: sev\nname: own\nsending: {routes: [mail]}\n", encoding="utf-8")
    url = f"sqlite:///{folder / 'table.db'}"
    upgrade(url)
    clock = ManualClock(moment("Fri 2026-03-06 10:00"))
    loaded = settings.load(
        database_url=url,
        directory=folder / "directory.yml",
        policy=str(folder / "policy.yml"),
        smtp_url="smtp://127.0.0.1:9?tls=none",
        mail_from="escalate@example.com",
    )
    services = build_services(loaded, clock=clock, real_clock=clock)
    services.people.company = "Sample Corp"
    emails = {who: f"{who[3:].lower()}@example.com" for who in ("U01DANA", "U01ANA", "U01MARIA", "U01OMAR", "U01ELI")}
    meet(services.database)
    workspace = SlackWorkspace(cast("Calls", None), BotIdentity("https://x/", OUR_TEAM, "B0SANDBOX1", BOT))
    with services.database.transaction() as tx:
        for who in {*WHO.values(), *emails}:
            user = {"id": who, "team_id": OUR_TEAM, "name": who, "profile": {"email": emails.get(who)}}
            profiles.learn(tx, who, workspace.described(user | DESCRIBED.get(who, {})))
    yield Company(services, clock)
    services.core.close()
    shutil.rmtree(folder)


def test_the_table_is_about_everybody_and_everything_that_is_tried() -> None:
    """A row without a test, and a test without a row, are found."""
    found = list(cells())
    assert [action for action, who, _ in found if who == "Declarer"] == list(ACTIONS)
    assert {who for _, who, _ in found} == WHO.keys()


@pytest.mark.parametrize(
    ("action", "who", "what"), [pytest.param(*cell, id=f"{cell[0]}-{cell[1]}") for cell in cells()]
)
def test_the_table_says_what_happens(company: Company, action: str, who: str, what: str) -> None:
    """One cell."""
    try:
        ACTIONS[action](company, WHO[who])
    except NotAMember as error:
        found = "refused" if str(error) in PAGE.read_text(encoding="utf-8") else str(error)
    except NotFound:
        found = "hidden"
    except (Refused, NotAnAdmin):
        found = "no"
    except FormError as error:
        raise AssertionError(error.message) from error
    else:
        found = "yes"
    assert found == what, f"{action}, {who}"


# Not an action of the person they are told of: a lookup for the bot itself, a question about somebody, or an event, for
# which nobody waits. Of guests these change nothing, see tests/stories/card/test_captures.py.
NOT_ASKED_FOR = {
    "Accounts.begins",
    "Accounts.called",
    "Accounts.meant_or_alike",
    "Accounts.get",
    "Accounts.mentioned",
    "Admissions.learn",
    "Captures.take_off",
    "Admissions.of",
    "ChannelTroubles.changed",
    "CustomerQuestions.may_ask",
    "CustomerQuestions.rating_sender",
    "Deliveries.contact",
    "DirectoryChanges.guide",
    "DirectoryChanges.is_admin",
    "Drills.said",
    "Escalations.forbidden",
    "Escalations.identities",
    "Escalations.reply",
    "Escalations.show_home",
    "ExternalMessages.may_see",
    "LinkPreviews.shared",
    "Memberships.changed",
    "Owners.is_known",
    "Owners.learn",
    "Owners.roles",
    "Reports.breakdown",
    "RoleCards.unseen",
    "Teams.wrote",
}


def told_who_asks(services: Services) -> Iterator[tuple[str, Callable[..., object], list[inspect.Parameter]]]:
    """Yield the methods of all services that are told who asks, with their parameters."""
    for each in fields(services):
        service = getattr(services, each.name)
        for name, method in inspect.getmembers(type(service), inspect.isfunction):
            given = list(inspect.signature(method).parameters.values())[1:]
            names = {parameter.name for parameter in given}
            is_ours = method.__module__.startswith("bot.services") and not name.startswith("_")
            if is_ours and names & {"by", "viewer", "person"} and not names & {"tx", "change"}:
                yield method.__qualname__, getattr(service, name), given


def test_every_service_that_is_told_who_asks_refuses_a_guest_before_anything_else(company: Company) -> None:
    """Also those that are in no row of the table, and the next one."""
    number = company.opened()
    said = SaidMessage(f"C01ESC{number}", "1772809300.000001", "U01NOOR", "It's the queue.", company.clock.at)
    values: dict[str, Any] = {
        "number": number,
        "numbers": [number],
        "channel": said.channel,
        "said": said,
        "account_id": 1,
        "address": "jo@example.com",
        "declaration": Declaration(account_id=None, new_account="X", summary="Exports are down", level="sev3"),
        "move": Move.UPDATE,
        "ticket": Ticket(number="SUP-1", url=None),
    }
    guest, wrong, found = WHO["Multi-channel guest"], [], set()
    for name, method, parameters in told_who_asks(company.services):
        found.add(name)
        if name in NOT_ASKED_FOR:
            continue
        wanted = [
            one
            for one in parameters
            if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
        ]
        given = {one.name: values.get(one.name, _any(one.annotation)) for one in wanted}
        given |= {one.name: guest for one in parameters if one.name in ("by", "viewer", "person")}
        try:
            method(**given)
        except NotAMember:
            continue
        except Exception as error:  # noqa: BLE001 - it is named below
            wrong.append(f"{name}: {error!r}")
        else:
            wrong.append(f"{name} did it")
    assert not wrong, wrong
    assert found >= NOT_ASKED_FOR


def _any(annotation: object) -> Any:
    """Return a value of the right kind, as far as it is looked at before it is asked who somebody is."""
    return {str: "x", int: 1, bool: True, datetime: moment("Fri 2026-03-06 11:00")}.get(annotation, MagicMock())  # type: ignore[call-overload] # any annotation
