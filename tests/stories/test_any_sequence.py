"""Any sequence of actions and restarts: no illegal state, and nothing is posted twice."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select, text

from bot import settings as program_settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.commands.migrating import upgrade
from bot.database import queries
from bot.database.due_columns import are_noted
from bot.database.engine import open_engine
from bot.errors import FormError
from bot.models.base import Base
from bot.models.escalation import Escalation
from bot.models.promises import Promise
from bot.models.timeline import TimelineEntry
from bot.models.updates import Update
from bot.models.work import Effect, EffectKind, Timer
from bot.policy.decide.account_programme import Plan, Programme, ProposalRequest, missing_consents
from bot.policy.decide.lifecycle import Refused, review_is_required
from bot.policy.decide.review_edits import UNCHANGED
from bot.policy.model.facts import ACCOUNT, HealthState
from bot.policy.model.programmes import Consent
from bot.policy.record.beginning import Beginning
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.promises import Audience, PromiseState
from bot.services.bundle import Services
from bot.services.closing.closures import Resolution
from bot.services.declaring.declaration import Declaration
from bot.services.programmes.planning import PlanRequest
from bot.services.reviews.parts import ReviewPart
from bot.services.updates.updates import NewUpdate
from bot.services.waiting.waits import FollowUp
from tests.support.engines import kept_engine
from tests.support.members import meet
from tests.support.story import DIRECTORY, moment

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
PEOPLE = st.sampled_from(["U01ANA", "U01DANA", "U01MARIA", "U01NOOR", "U01ELI"])
# Of these only Maria may accept a programme, and has done so by proposing one.
PROPOSERS = st.sampled_from(["U01NOOR", "U01MARIA"])
LEVELS = st.sampled_from(["sev1", "sev2", "sev3", "sev4"])
HEALTH = st.sampled_from(list(HealthState))
CONSENTS = st.sampled_from([Consent.STAKEHOLDERS, Consent.SUCCESS_CRITERIA])


# What an operator may have changed between two starts.
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "channel_template": st.sampled_from(["esc-{account}-{date}", "{number}-{account}", "esc-{account}"]),
        "archive_after": st.sampled_from([timedelta(minutes=5), timedelta(days=1), timedelta(days=30)]),
        "feed_channel": st.sampled_from(["escalations", "other-feed", ""]),
        "digest_hour": st.sampled_from([0, 9, 23]),
        "policy": st.sampled_from(["sev", "elsewhere", "other guards"]),
    },
)
POLICIES = {
    "elsewhere": (
        'extends: sev\nname: elsewhere\ncalendars: {business: {zone: Asia/Kolkata, hours: {MON-FRI: "09:00-18:00"}}}\n'
    ),
    "other guards": "extends: sev\nname: other-guards\nguards: {close: {slots: [manager]}}\n",
}
POLICY_NAMES = {"elsewhere": "elsewhere", "other guards": "other-guards"}


class Anything(RuleBasedStateMachine):
    """Any sequence of actions by anybody, and the invariants that hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = f"sqlite:///{self.folder / 'any.db'}"
        shutil.copy(_template(), self.folder / "any.db")
        (self.folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
        self.clock = ManualClock(moment("Fri 2026-03-06 10:00"))
        for name, written in POLICIES.items():
            (self.folder / f"{name}.yml").write_text(written, encoding="utf-8")
        self.changes: dict[str, Any] = {}
        self.kept = ExitStack()
        self.kept.enter_context(kept_engine(self.url))
        self.services = self._start()
        self.requests = 0

    def _start(self) -> Services:
        changed = dict(self.changes)
        if changed.get("policy") in POLICIES:
            changed["policy"] = str(self.folder / f"{changed['policy']}.yml")
        loaded = program_settings.load(database_url=self.url, directory=self.folder / "directory.yml", **changed)
        return build_services(loaded, clock=self.clock, real_clock=self.clock)

    def teardown(self) -> None:
        try:
            self.services.core.close()
        finally:
            self.kept.close()
            shutil.rmtree(self.folder)

    def _try(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Do something; a refusal is an answer, and changes nothing."""
        before = self._facts()
        try:
            work(1, *args, **kwargs)
        except (Refused, FormError):
            assert self._facts() == before

    def _facts(self) -> EscalationFacts:
        return self.services.escalations.one(1, viewer="U01ANA")[0]

    def _request(self) -> str:
        self.requests += 1
        return f"V{self.requests}"

    @rule(by=PEOPLE)
    def acknowledge(self, by: str) -> None:
        self._try(self.services.acknowledgements.acknowledge, by=by)

    @rule(by=PEOPLE, to_customer=st.booleans(), minutes=st.integers(-10, 4000))
    def update(self, by: str, to_customer: bool, minutes: int) -> None:  # noqa: FBT001 - drawn by name
        update = NewUpdate(
            note="x",
            customer_text="y" if to_customer else "",
            next_at=self.clock.at + timedelta(minutes=minutes),
        )
        self._try(self.services.updates.post, update, by=by, request=self._request())

    @rule(by=PEOPLE)
    def wait_on_the_customer(self, by: str) -> None:
        self._try(self.services.waits.begin, by=by, reason="Their logs")

    @rule(by=PEOPLE)
    def stop_waiting(self, by: str) -> None:
        self._try(self.services.waits.resume, by=by)

    @rule(by=PEOPLE)
    def the_customer_follows_up(self, by: str) -> None:
        self._try(self.services.waits.followed_up, FollowUp("Any news?"), by=by)

    @rule(by=PEOPLE, minutes=st.integers(0, 600))
    def correct_when_it_began(self, by: str, minutes: int) -> None:
        earlier = Beginning(reported_at=self.clock.at - timedelta(minutes=minutes))
        self._try(self.services.beginnings.correct, earlier, by=by, reason="Their ticket")

    @rule(by=PEOPLE)
    def mitigate(self, by: str) -> None:
        self._try(self.services.closures.mitigate, by=by, note="")

    @rule(by=PEOPLE, confirmed=st.booleans(), reviewed=st.booleans())
    def resolve(self, by: str, confirmed: bool, reviewed: bool) -> None:  # noqa: FBT001 - drawn by name
        action = CorrectiveActionFacts("Test it", "U01ELI", date(2026, 4, 1))
        resolution = Resolution(
            fixed="Fixed.",
            cause="A slow query" if reviewed else None,
            confirmed_by="Jo" if confirmed else None,
            confirmed_how="call" if confirmed else None,
            review_url="https://wiki.example/1" if reviewed else None,
            actions=[action] if reviewed else [],
        )
        self._try(self.services.closures.resolve, resolution, by=by)

    @rule(by=PEOPLE)
    def finish_the_review(self, by: str) -> None:
        self._try(self.services.reviews.save, UNCHANGED, ReviewPart(finished_on=date(2026, 3, 9)), by=by)

    @rule(by=PEOPLE)
    def close(self, by: str) -> None:
        self._try(self.services.closures.close, by=by, summary="Done.", finished_on=None)

    @rule(by=PEOPLE)
    def reopen(self, by: str) -> None:
        self._try(self.services.closures.reopen, by=by, reason="It is back.")

    @precondition(lambda self: self.requests % 7 == 3)
    @rule(by=PEOPLE)
    def withdraw(self, by: str) -> None:
        self._try(self.services.closures.withdraw, by=by, reason="A mistake.", duplicate_of=None)

    @rule(by=PEOPLE)
    def waive(self, by: str) -> None:
        self._try(self.services.waivers.waive, by=by, reason="Because.")

    @rule(role=st.sampled_from(["fix_owner", "relationship_owner"]), person=PEOPLE, by=PEOPLE)
    def assign(self, role: str, person: str, by: str) -> None:
        self._try(self.services.owners.assign, role, person, by=by)

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)
        self.services.timer_runner.fire(1)

    @rule()
    def restart(self) -> None:
        self.services.core.close()
        self.services = self._start()
        self.services.timer_runner.fire(1)

    @rule(changes=CHANGES)
    def restart_with_other_settings(self, changes: dict[str, Any]) -> None:
        """Start on the same records with what an operator has changed, while a channel's name was being tried."""
        taken = self._facts().channel_name
        self.services.core.close()
        self.changes |= changes
        self.services = self._start()
        # What comes from now on goes by the policy that is set; what is there keeps its own.
        wanted = self.changes.get("policy", "sev")
        assert self.services.policies.current.name == POLICY_NAMES.get(wanted, wanted)
        self.services.audit.run()
        if taken is not None and self._facts().channel_id is None:
            assert self.services.channels.next_name(1, taken=taken) != taken
        self.services.timer_runner.fire(1)

    @precondition(lambda self: self.requests % 5 == 2)
    @rule()
    def the_tables_were_those_of_an_older_version(self) -> None:
        """Go back to the first shape of the tables, with what is in them, and bring it up to date again."""
        facts = self._facts()
        if facts.is_programme and facts.status is Status.RESOLVED:
            return  # the version that first kept promises made none for a programme that had ended
        self.services.core.close()
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["url"] = self.url
        before = _records(self.url)
        command.downgrade(config, "0001")
        engine = open_engine(self.url)
        with engine.begin() as connection:
            # As an earlier edition of the first migration left it.
            connection.execute(text("DROP INDEX ix_slot_person"))
        engine.dispose()
        upgrade(self.url)
        assert _records(self.url) == before
        self.services = self._start()
        meet(self.services.database)  # people are looked up in Slack again
        # Only now is it known again when each record needs somebody.
        self.services.audit.run()
        self.services.timer_runner.fire(1)

    @invariant()
    def the_state_is_legal(self) -> None:
        facts, policy = self.services.escalations.one(1, viewer="U01ANA")
        assert (facts.status is Status.CLOSED) == (facts.closure is not None)
        response_runs = bool(facts.response.spans) and facts.response.spans[-1].stopped_at is None
        resolution_runs = bool(facts.resolution.spans) and facts.resolution.spans[-1].stopped_at is None
        assert not response_runs or (not facts.is_acknowledged and facts.status is Status.OPEN)
        if facts.reopened_at is None:
            assert response_runs == (not facts.is_acknowledged and facts.status is Status.OPEN)
        assert resolution_runs == (facts.status is Status.OPEN)
        assert all(facts.holder(role) for role in ("fix_owner", "relationship_owner", "manager"))
        if facts.status in (Status.RESOLVED, Status.CLOSED) and facts.withdrawal is None:
            assert facts.confirmation or facts.waiver
            assert facts.customer_update_due_at is None
            if review_is_required(facts, policy):
                assert facts.review.url
                assert facts.review.actions
                assert facts.status is Status.RESOLVED or facts.review.finished_on
        if facts.status in (Status.RESOLVED, Status.CLOSED):
            assert facts.waiting is None
            assert all(page.ended for page in facts.pages)
            assert facts.level_requests == ()
        assert len({request.level for request in facts.level_requests}) == len(facts.level_requests)
        if facts.is_acknowledged:
            assert not any(reason.cause == "response breach" for reason in facts.page_reasons)
        assert bool(facts.page_reasons) == any(not page.ended for page in facts.pages)
        rang = any(page.cause in ("opening", "response breach") for page in facts.pages)
        if rang and facts.status is Status.OPEN and facts.response.spans[-1].stopped_at is None:
            assert facts.page_reasons, "it pages until somebody acknowledges"
        assert policy.heavier(facts.highest_level, facts.level) == facts.highest_level

    @invariant()
    def the_timers_are_those_the_policy_wants(self) -> None:
        assert self.services.audit.run().timers == 0

    @invariant()
    def what_lists_sort_and_select_by_follows_from_the_facts(self) -> None:
        with self.services.database.transaction() as tx:
            numbers = tx.session.scalars(select(Escalation.id)).all()
            rows = queries.escalations(tx.session, numbers)
            assert [
                number for number, row in rows.items() if not are_noted(row, *self.services.policies.read(row))
            ] == []

    @invariant()
    def nothing_is_said_twice(self) -> None:
        with self.services.database.transaction() as tx:
            kinds = (EffectKind.REMINDER, EffectKind.BREACH, EffectKind.DIRECT)
            effects = tx.session.scalars(select(Effect).where(Effect.kind.in_(kinds))).all()
            said = Counter(
                (
                    effect.kind,
                    effect.payload["notice"],
                    str(effect.payload.get(key) or effect.payload.get("on")),
                    # What is repeated until it is done counts.
                    effect.payload.get("missed") or effect.payload.get("turn"),
                    effect.payload.get("to"),
                )
                for effect in effects
                for key in [("percent" if effect.payload["notice"] == "warning" else "due")]
                # Every answer is announced: a declined programme may be proposed again, a level asked for again. And
                # who is given another follow-up is told at once.
                if effect.payload["notice"] not in ("warning", "proposal answered", "request answered", *_GIVEN)
            )
            assert not said or max(said.values()) == 1, said.most_common(1)
            sent = Counter(
                (e.payload["page"], e.payload["send"])
                for e in tx.session.scalars(select(Effect).where(Effect.kind == EffectKind.PAGE))
            )
            assert not sent or max(sent.values()) == 1
            fired = tx.session.scalars(select(Timer.key).where(Timer.fired_at.is_not(None))).all()
            assert len(set(fired)) == len(fired)

    @invariant()
    def the_ledger_adds_up(self) -> None:
        facts = self._facts()
        with self.services.database.transaction() as tx:
            rows = [row.facts() for row in tx.session.scalars(select(Promise).where(Promise.escalation_id == 1))]
            told = (Update.escalation_id == 1, Update.customer_text != "", Update.answered_due_at.is_not(None))
            answers = len(tx.session.scalars(select(Update.id).where(*told)).all())
        due = {Audience.CUSTOMER: facts.customer_update_due_at, Audience.INTERNAL: facts.internal_update_due_at}
        for audience, due_at in due.items():
            mine = [row for row in rows if row.audience is audience]
            opened = [row for row in mine if row.state is PromiseState.OPEN]
            assert len(opened) == (due_at is not None and facts.has_begun)
            assert all(due_at <= row.due_at for row in opened if due_at is not None)
            for row in mine:
                assert (row.settled_at is None) == (row.state is PromiseState.OPEN)
                assert (row.state is PromiseState.LATE) <= (row.late_by is not None)
                assert (row.state is PromiseState.KEPT) <= (row.answered_at is not None and row.late_by is None)
        settled = [row for row in rows if row.audience is Audience.CUSTOMER and row.answered_at == row.settled_at]
        kept_or_late = [row for row in settled if row.state in (PromiseState.KEPT, PromiseState.LATE)]
        assert len(kept_or_late) == answers, "each update to the customer answers one promise"

    @invariant()
    def the_timeline_only_grows(self) -> None:
        with self.services.database.transaction() as tx:
            count = len(tx.session.scalars(select(TimelineEntry.id)).all())
        assert count >= getattr(self, "_entries", 0)
        self._entries = count


class Escalating(Anything):
    """One escalation, at the mercy of anybody."""

    @initialize(level=LEVELS)
    def declare(self, level: str) -> None:
        declaration = Declaration(account_id=None, new_account="Acme", summary="Exports are down", level=level)
        self.services.declarations.declare(declaration, by="U01NOOR", request="V0")

    @rule(by=PEOPLE, level=LEVELS)
    def change_level(self, by: str, level: str) -> None:
        self._try(self.services.overrides.change_level, level, by=by, reason="Because.")

    @rule(by=PEOPLE, level=LEVELS)
    def ask_for_a_level(self, by: str, level: str) -> None:
        self._try(self.services.level_requests.change_or_ask, level, by=by, reason="Because.")

    @precondition(lambda self: self._facts().level_requests)
    @rule(by=PEOPLE, granted=st.booleans())
    def answer_a_request(self, by: str, granted: bool) -> None:  # noqa: FBT001 - drawn by name
        request = self._facts().level_requests[0].id
        if granted:
            self._try(self.services.level_requests.approve, request, by=by)
        else:
            self._try(self.services.level_requests.decline, request, by=by, reason="Because.")

    @rule(by=PEOPLE)
    def lift_the_override(self, by: str) -> None:
        self._try(self.services.overrides.lift, by=by, reason="Because.")

    @rule(health=st.integers(40, 80))
    def the_accounts_data_change(self, health: int) -> None:
        self.services.account_import.load(f"name,health\nAcme,{health}\n".encode(), "accounts.csv")
        self.services.reassessments.run()


class Accompanying(Anything):
    """One account programme, proposed, answered, led and ended, and the issues that belong to it meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[int] = []
        self.begun_at: datetime | None = None

    @initialize(by=PROPOSERS, level=LEVELS, health=HEALTH)
    def propose(self, by: str, level: str, health: HealthState) -> None:
        proposal = ProposalRequest(source="Sales", criteria=("A renewal is at stake",), health=health)
        declaration = Declaration(
            account_id=None, new_account="Acme", summary="Three outages", level=level, kind=ACCOUNT, proposal=proposal
        )
        self.services.declarations.declare(declaration, by=by, request="V0")

    @rule(by=PROPOSERS)
    def accept(self, by: str) -> None:
        self._try(self.services.programmes.accept, by=by, reason="")

    @rule(by=PROPOSERS)
    def decline(self, by: str) -> None:
        self._try(self.services.programmes.decline, by=by, reason="Because.")

    @rule(by=PEOPLE, health=HEALTH)
    def say_how_it_stands(self, by: str, health: HealthState) -> None:
        update = NewUpdate(note="x", customer_text="y", next_at=None, health=health)
        self._try(self.services.updates.post, update, by=by, request=self._request())

    @precondition(lambda self: len(self.issues) < 3)
    @rule(by=PEOPLE, confidential=st.booleans())
    def an_issue_is_declared(self, by: str, confidential: bool) -> None:  # noqa: FBT001 - drawn by name
        declaration = Declaration(
            account_id=None, new_account="Acme", summary="Slow", level="sev4", confidential=confidential
        )
        facts = self.services.declarations.declare(declaration, by=by, request=self._request())
        self.issues.append(facts.number)

    @rule(by=PEOPLE, words=st.sampled_from(["", "Split the queue."]))
    def plan(self, by: str, words: str) -> None:
        plan = Plan(words=words, owner="U01ELI", due_on=date(2026, 4, 1)) if words else None
        said = PlanRequest(plan=plan, success_criteria="No outage", cause="A full queue" if words else None)
        self._try(self.services.programmes.plan, said, by=by)

    @rule(by=PEOPLE, consent=CONSENTS)
    def agree(self, by: str, consent: Consent) -> None:
        self._try(self.services.programmes.agree, {consent: "They said so."}, by=by)

    @rule(by=PEOPLE, consent=CONSENTS)
    def go_without_a_consent(self, by: str, consent: Consent) -> None:
        self._try(self.services.programmes.waive, consent, by=by, reason="Because.")

    @rule(by=PEOPLE, agreed=st.sets(CONSENTS))
    def end(self, by: str, agreed: set[Consent]) -> None:
        self.resolve(by, confirmed=True, reviewed=True)
        given = dict.fromkeys(agreed, "They said so.")
        finished = date(2026, 3, 6)
        self._try(self.services.closures.close, by=by, summary="Done.", finished_on=finished, given=given)

    @invariant()
    def a_programme_begins_by_an_answer_only_and_only_once(self) -> None:
        facts = self._facts()
        assert (facts.accepted is None) == (facts.answered_at is None)
        assert facts.health is not None
        if not facts.has_begun:
            assert facts.pages == ()
            assert (facts.fixed, facts.acknowledged_at) == (None, None)
        if facts.accepted is False:
            assert facts.withdrawal is not None
        if facts.has_begun:
            assert self.begun_at in (None, facts.begun_at)
            self.begun_at = facts.begun_at

    @invariant()
    def it_ends_by_the_consents_of_its_kind(self) -> None:
        facts, policy = self.services.escalations.one(1, viewer="U01ANA")
        if facts.status is Status.CLOSED and facts.withdrawal is None:
            around = self.services.programmes.around(facts)
            assert isinstance(around, Programme)
            agreed = [agreement.consent for agreement in around.agreements]
            assert missing_consents(facts, policy, agreed) == ()

    @invariant()
    def issues_belong_to_what_has_begun(self) -> None:
        facts = self._facts()
        with self.services.database.transaction() as tx:
            rows = tx.session.scalars(select(Escalation).where(Escalation.id.in_(self.issues))).all()
        belonging = {row.id for row in rows if row.programme_id == 1}
        if not facts.has_begun:
            assert belonging == set()
        elif facts.is_live:
            assert belonging == {row.id for row in rows}


def test_every_way_of_restarting_is_taken_in_turn() -> None:
    """Chance draws few steps: other settings, another policy and an older database are tried here once each."""
    machine = Escalating()
    try:
        machine.declare("sev1")
        machine.update("U01DANA", to_customer=True, minutes=60)
        machine.update("U01DANA", to_customer=False, minutes=60)
        for changes in (
            {"channel_template": "{number}-{account}", "archive_after": timedelta(minutes=5), "digest_hour": 23},
            {"policy": "elsewhere", "feed_channel": ""},
            {"policy": "other guards", "feed_channel": "other-feed"},
            {"policy": "sev"},
        ):
            machine.restart_with_other_settings(changes)
            hold(machine)
            machine.time_passes(50)
            machine.the_tables_were_those_of_an_older_version()
            hold(machine)
        machine.acknowledge("U01DANA")
        machine.resolve("U01ANA", confirmed=True, reviewed=True)
        machine.restart_with_other_settings({"policy": "other guards"})
        machine.close("U01NOOR")
        hold(machine)
    finally:
        machine.teardown()


def hold(machine: Anything) -> None:
    machine.the_state_is_legal()
    machine.the_timers_are_those_the_policy_wants()
    machine.nothing_is_said_twice()
    machine.the_ledger_adds_up()
    machine.the_timeline_only_grows()


def _records(url: str) -> dict[str, int]:
    """Return how many rows each table has."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
            # The ledger is written anew from the updates, which don't know the intervals that were missed. The first
            # version has no reviews, and what people owe follows from the facts.
            if name not in ("promise", "review", "obligation")
        }
    engine.dispose()
    return found


# A role may be offered again, and each offer is asked and answered; a customer may follow up again.
_GIVEN = ("role offered", "offer ended", "followed up", "follow-up due")
_TEMPLATE: list[Path] = []


def _template() -> Path:
    if not _TEMPLATE:
        path = Path(tempfile.mkdtemp()) / "template.db"
        upgrade(f"sqlite:///{path}")
        clock = ManualClock(moment("Fri 2026-03-06 10:00"))
        services = build_services(program_settings.load(database_url=f"sqlite:///{path}"), clock=clock)
        meet(services.database)
        services.core.close()
        _TEMPLATE.append(path)
    return _TEMPLATE[0]


# Together they take as long as is spent on one: what an issue and a programme share is tried by both.
_SETTINGS = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
TestAnySequence = Escalating.TestCase
TestAnySequence.settings = _SETTINGS
TestAnyProgramme = Accompanying.TestCase
TestAnyProgramme.settings = _SETTINGS
