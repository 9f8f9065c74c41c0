"""The table of who may do what, in `docs/security.md`: every cell is tried, so that page and program cannot differ."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.commands.migrating import upgrade
from bot.errors import FormError, NotAMember, NotFound
from bot.integrations.slack.workspace import Identity, SlackWorkspace
from bot.policy.decide.account_programme import ProposalRequest
from bot.policy.decide.lifecycle import Refused
from bot.policy.model.facts import ACCOUNT, HealthState, Issue
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER
from bot.ports.workspace import OwnChannel, Posted
from bot.services.bundle import Services
from bot.services.categories.categories import CategoryChange
from bot.services.closing.closures import Resolution, ReviewPart
from bot.services.declaring.declarations import Declaration
from bot.services.incidents.incidents import NewIncident
from bot.services.people.admissions import Admissions
from bot.services.updates.updates import NewUpdate
from bot.services.verification.verifications import FactorChecks
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
class House:
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
        return self.services.declarations.declare(declaration, by=by, request=self.request(), view_id=None).number

    def opened(self) -> int:
        """Return one whose channel is there."""
        number = self.declare()
        with self.services.database.transaction() as tx:
            self.services.channels.opened(tx, number, OwnChannel(f"C01ESC{number}", f"esc-{number}"))
            self.services.channels.card_posted(tx, number, Posted(f"C01ESC{number}", "1772809200.000001"), 1)
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
UPDATE = NewUpdate(known="We are on it.", internal_note="", customer_text="", next_at=moment("Fri 2026-03-06 10:30"))


def see_in_list(service_settings: House, by: str) -> None:
    number = service_settings.declare()
    assert number in {
        facts.number for facts, _ in service_settings.services.escalations.live(viewer=by, limit=1_000).shown
    }
    service_settings.services.escalations.home(by, limit=40)


def see_names(service_settings: House, by: str) -> None:
    service_settings.declare()
    service_settings.services.accounts.refresh()
    assert service_settings.services.accounts.search("Customer", viewer=by)


def preview(service_settings: House, by: str) -> None:
    issue = Issue(level="sev3")
    service_settings.services.declarations.preview(account_id=None, new_account="X", issue=issue, area=None, by=by)
    service_settings.declare(by)


def take_over(service_settings: House, by: str) -> None:
    role = RELATIONSHIP_OWNER if by == "U01DANA" else FIX_OWNER
    service_settings.services.owners.assign(service_settings.declare(), role, by, by=by)


def ask_for_level(service_settings: House, by: str) -> None:
    service_settings.services.requests.change_or_ask(service_settings.declare(), "sev2", by=by, reason="It grows.")


def answer_level(service_settings: House, by: str) -> None:
    number = service_settings.declare()
    service_settings.services.requests.change_or_ask(number, "sev2", by="U01NOOR", reason="It grows.")
    request = service_settings.services.escalations.one(number, viewer="U01NOOR")[0].requests[0].id
    service_settings.services.requests.approve(number, request, by=by)


def reopen(service_settings: House, by: str) -> None:
    number = service_settings.resolved()
    service_settings.services.closures.reopen(number, by=by, reason="It is back.")


def waive(service_settings: House, by: str) -> None:
    service_settings.services.waivers.waive(service_settings.declare(), by=by, reason="They are away.")


def check(service_settings: House, by: str) -> None:
    service_settings.services.verifications.check(service_settings.declare(), FactorChecks(tier="low"), by=by)


def incident(service_settings: House, by: str) -> None:
    new = NewIncident("Logins fail", service_settings.clock.at)
    service_settings.services.incidents.declare(
        new, [service_settings.declare()], by=by, request=service_settings.request()
    )


def exit_criteria(service_settings: House, by: str) -> None:
    service_settings.services.exit_criteria.write(
        service_settings.declare(), "Exports run for a week.", customer=None, by=by
    )


def facts(service_settings: House, by: str) -> None:
    number = service_settings.declare()
    service_settings.services.intakes.form(number, viewer=by)
    service_settings.services.intakes.fill(number, {}, by=by)


def propose(service_settings: House, by: str) -> None:
    service_settings.proposed(by)


ACTIONS: dict[str, Callable[[House, str], object]] = {
    "See it in the list and on Home": see_in_list,
    "See its status": lambda service_settings, by: service_settings.services.escalations.one(
        service_settings.declare(), viewer=by
    ),
    "Read the policy, simulate it": lambda service_settings, by: Admissions(
        service_settings.services.database, service_settings.services.people
    ).must_be_ours(by),
    "Be offered customers' names": see_names,
    "Declare": preview,
    "Propose an account programme": propose,
    "Accept or decline a programme": lambda service_settings, by: service_settings.services.programmes.accept(
        service_settings.proposed(), by=by, reason=""
    ),
    "Acknowledge": lambda service_settings, by: service_settings.services.acknowledgements.acknowledge(
        service_settings.declare(), by=by
    ),
    "Join": lambda service_settings, by: service_settings.services.declarations.join(service_settings.declare(), by=by),
    "Post an update": lambda service_settings, by: service_settings.services.updates.post(
        service_settings.declare(), UPDATE, by=by, request=service_settings.request()
    ),
    "Mitigate": lambda service_settings, by: service_settings.services.closures.mitigate(
        service_settings.declare(), by=by, note=""
    ),
    "Resolve": lambda service_settings, by: service_settings.services.closures.resolve(
        service_settings.declare(level="sev4"), RESOLUTION, by=by
    ),
    "Add to the review": lambda service_settings, by: service_settings.services.closures.review(
        service_settings.declare(), ReviewPart(url="https://wiki.example/1"), by=by
    ),
    "Close": lambda service_settings, by: service_settings.services.closures.close(
        service_settings.resolved(), by=by, summary="Over.", finished_on=None
    ),
    "Withdraw": lambda service_settings, by: service_settings.services.closures.withdraw(
        service_settings.declare(), by=by, reason="A mistake.", duplicate_of=None
    ),
    "Reopen": reopen,
    "Take over as an owner": take_over,
    "Hand a role to somebody": lambda service_settings, by: service_settings.services.owners.assign(
        service_settings.declare(), FIX_OWNER, "U01OMAR", by=by
    ),
    "Ask for another level": ask_for_level,
    "Set the level": lambda service_settings, by: service_settings.services.overrides.change_level(
        service_settings.declare(), "sev2", by=by, reason="It grows."
    ),
    "Approve or decline a level asked for": answer_level,
    "Waive the customer's confirmation": waive,
    "Fill in facts": facts,
    "Change the category": lambda service_settings, by: service_settings.services.categories.change(
        service_settings.declare(), CategoryChange("technical"), by=by
    ),
    "Make it confidential": lambda service_settings, by: service_settings.services.categories.change(
        service_settings.opened(), CategoryChange(None, confidential=True), by=by
    ),
    "Note an identity check": check,
    "Approve an identity of high risk": lambda service_settings, by: service_settings.services.verifications.approve(
        service_settings.checked(service_settings.declare()), by=by
    ),
    "Mark a churn risk": lambda service_settings, by: service_settings.services.churn_risks.note(
        service_settings.declare(), [0], by=by, note=""
    ),
    "Write exit criteria": exit_criteria,
    "Declare a major incident": incident,
    "Try again what failed": lambda service_settings, by: service_settings.services.declarations.retry(
        service_settings.declare(), by=by
    ),
    "See a confidential one": lambda service_settings, by: service_settings.services.escalations.one(
        service_settings.declare(confidential=True), viewer=by
    ),
    "Acknowledge a confidential one": lambda service_settings, by: (
        service_settings.services.acknowledgements.acknowledge(service_settings.declare(confidential=True), by=by)
    ),
    "Close a confidential one": lambda service_settings, by: service_settings.services.closures.close(
        service_settings.resolved(confidential=True), by=by, summary="Over.", finished_on=None
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
def service_settings() -> Iterator[House]:
    """Hand out services on a database in which Slack has described everybody."""
    folder = Path(tempfile.mkdtemp())
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    url = f"sqlite:///{folder / 'table.db'}"
    upgrade(url)
    clock = ManualClock(moment("Fri 2026-03-06 10:00"))
    loaded = settings.load(database_url=url, directory=folder / "directory.yml")
    services = build_services(loaded, clock=clock, real_clock=clock)
    services.people.company = "Sample Corp"
    emails = {who: f"{who[3:].lower()}@example.com" for who in ("U01DANA", "U01ANA", "U01MARIA", "U01OMAR", "U01ELI")}
    meet(services.database)
    workspace = SlackWorkspace(cast("Calls", None), Identity("https://x/", OUR_TEAM, "B0SANDBOX1", BOT))
    with services.database.transaction() as tx:
        for who in {*WHO.values(), *emails}:
            user = {"id": who, "team_id": OUR_TEAM, "name": who, "profile": {"email": emails.get(who)}}
            services.people.learn(tx, who, workspace.described(user | DESCRIBED.get(who, {})))
    yield House(services, clock)
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
def test_the_table_says_what_happens(service_settings: House, action: str, who: str, what: str) -> None:
    """One cell."""
    try:
        ACTIONS[action](service_settings, WHO[who])
    except NotAMember as error:
        found = "refused" if str(error) in PAGE.read_text(encoding="utf-8") else str(error)
    except NotFound:
        found = "hidden"
    except Refused:
        found = "no"
    except FormError as error:
        raise AssertionError(error.message) from error
    else:
        found = "yes"
    assert found == what, f"{action}, {who}"
