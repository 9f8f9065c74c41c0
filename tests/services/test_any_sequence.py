"""Whatever people do in whatever order, and whenever the process restarts: no illegal state, nothing said twice."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot import settings as program_settings
from bot.app import Services, build_services
from bot.clock import ManualClock
from bot.commands.migrating import upgrade
from bot.errors import FormError
from bot.models.escalation import TimelineEntry
from bot.models.work import Effect, EffectKind, Timer
from bot.policy.escalation import Action, EscalationFacts, Status
from bot.policy.lifecycle import Refused, review_is_required
from bot.services.closures import Resolution, ReviewPart
from bot.services.declarations import Declaration
from bot.services.updates import NewUpdate
from tests.support.story import DIRECTORY, moment

PEOPLE = st.sampled_from(["U01ANA", "U01DANA", "U01MARIA", "U01NOOR", "U01ELI"])
LEVELS = st.sampled_from(["sev1", "sev2", "sev3", "sev4"])


class Escalating(RuleBasedStateMachine):
    """One escalation, at the mercy of anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = f"sqlite:///{self.folder / 'any.db'}"
        shutil.copy(_template(), self.folder / "any.db")
        (self.folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
        self.clock = ManualClock(moment("Fri 2026-03-06 10:00"))
        self.services = self._start()
        self.requests = 0

    def _start(self) -> Services:
        loaded = program_settings.load(database_url=self.url, directory=self.folder / "directory.yml")
        return build_services(loaded, clock=self.clock, real_clock=self.clock)

    def teardown(self) -> None:
        self.services.core.close()
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

    @initialize(level=LEVELS)
    def declare(self, level: str) -> None:
        declaration = Declaration(account_id=None, new_account="Acme", summary="Exports are down", level=level)
        self.services.declarations.declare(declaration, by="U01NOOR", request="V0", view_id=None)

    @rule(by=PEOPLE)
    def acknowledge(self, by: str) -> None:
        self._try(self.services.acknowledgements.acknowledge, by=by)

    @rule(by=PEOPLE, to_customer=st.booleans(), minutes=st.integers(-10, 4000))
    def update(self, by: str, to_customer: bool, minutes: int) -> None:  # noqa: FBT001 - drawn by name
        update = NewUpdate(
            known="x",
            internal_note="",
            customer_text="y" if to_customer else "",
            next_at=self.clock.at + timedelta(minutes=minutes),
        )
        self._try(self.services.updates.post, update, by=by, request=self._request())

    @rule(by=PEOPLE)
    def mitigate(self, by: str) -> None:
        self._try(self.services.closures.mitigate, by=by, note="")

    @rule(by=PEOPLE, confirmed=st.booleans(), reviewed=st.booleans())
    def resolve(self, by: str, confirmed: bool, reviewed: bool) -> None:  # noqa: FBT001 - drawn by name
        action = Action("Test it", "U01ELI", date(2026, 4, 1))
        resolution = Resolution(
            fixed="Fixed.",
            confirmed_by="Jo" if confirmed else None,
            confirmed_how="call" if confirmed else None,
            review_url="https://wiki.example/1" if reviewed else None,
            actions=[action] if reviewed else [],
        )
        self._try(self.services.closures.resolve, resolution, by=by)

    @rule(by=PEOPLE)
    def finish_the_review(self, by: str) -> None:
        self._try(self.services.closures.review, ReviewPart(finished_on=date(2026, 3, 9)), by=by)

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

    @rule(by=PEOPLE, level=LEVELS)
    def change_level(self, by: str, level: str) -> None:
        self._try(self.services.overrides.change_level, level, by=by, reason="Because.")

    @rule(by=PEOPLE, level=LEVELS)
    def ask_for_a_level(self, by: str, level: str) -> None:
        self._try(self.services.requests.change_or_ask, level, by=by, reason="Because.")

    @precondition(lambda self: self._facts().requests)
    @rule(by=PEOPLE, granted=st.booleans())
    def answer_a_request(self, by: str, granted: bool) -> None:  # noqa: FBT001 - drawn by name
        request = self._facts().requests[0].id
        if granted:
            self._try(self.services.requests.approve, request, by=by)
        else:
            self._try(self.services.requests.decline, request, by=by, reason="Because.")

    @rule(by=PEOPLE)
    def lift_the_override(self, by: str) -> None:
        self._try(self.services.overrides.lift, by=by, reason="Because.")

    @rule(health=st.integers(40, 80))
    def the_accounts_data_change(self, health: int) -> None:
        self.services.accounts.load(f"name,health\nAcme,{health}\n".encode(), "accounts.csv")
        self.services.reassessments.run()

    @rule(by=PEOPLE)
    def waive(self, by: str) -> None:
        self._try(self.services.overrides.waive, by=by, reason="Because.")

    @rule(role=st.sampled_from(["fix_owner", "relationship_owner"]), person=PEOPLE, by=PEOPLE)
    def assign(self, role: str, person: str, by: str) -> None:
        self._try(self.services.owners.assign, role, person, by=by)

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)
        self.services.reminders.fire(1)

    @rule()
    def restart(self) -> None:
        self.services.core.close()
        self.services = self._start()
        self.services.reminders.fire(1)

    @invariant()
    def the_state_is_legal(self) -> None:
        facts, policy = self.services.escalations.one(1, viewer="U01ANA")
        assert (facts.status is Status.CLOSED) == (facts.closure is not None)
        response_runs = bool(facts.response.spans) and facts.response.spans[-1].stopped_at is None
        resolution_runs = bool(facts.resolution.spans) and facts.resolution.spans[-1].stopped_at is None
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
            assert all(page.ended for page in facts.pages)
            assert facts.requests == ()
        assert len({request.level for request in facts.requests}) == len(facts.requests)
        if facts.is_acknowledged:
            assert not any(page.cause == "response breach" and not page.ended for page in facts.pages)
        assert policy.heavier(facts.highest_level, facts.level) == facts.highest_level

    @invariant()
    def the_timers_are_those_the_policy_wants(self) -> None:
        assert self.services.audit.run().timers == 0

    @invariant()
    def nothing_is_said_twice(self) -> None:
        with self.services.database.transaction() as tx:
            kinds = (EffectKind.REMINDER, EffectKind.BREACH, EffectKind.DIRECT)
            effects = tx.session.scalars(select(Effect).where(Effect.kind.in_(kinds))).all()
            said = Counter(
                (effect.kind, effect.payload["notice"], str(effect.payload.get(key)), effect.payload.get("to"))
                for effect in effects
                for key in [("percent" if effect.payload["notice"] == "warning" else "due")]
                if effect.payload["notice"] != "warning"
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
    def the_timeline_only_grows(self) -> None:
        with self.services.database.transaction() as tx:
            count = len(tx.session.scalars(select(TimelineEntry.id)).all())
        assert count >= getattr(self, "_entries", 0)
        self._entries = count


_TEMPLATE: list[Path] = []


def _template() -> Path:
    if not _TEMPLATE:
        path = Path(tempfile.mkdtemp()) / "template.db"
        upgrade(f"sqlite:///{path}")
        _TEMPLATE.append(path)
    return _TEMPLATE[0]


TestAnySequence = Escalating.TestCase
TestAnySequence.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
