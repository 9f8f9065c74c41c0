"""Updates: the text for us and for the customer, and the promised next update."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.database import ledger
from bot.database.change import Change
from bot.database.records import Records
from bot.errors import FormError
from bot.models.updates import Update
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.promises import NextUpdates
from bot.policy.decide.sending import TellingChoices
from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.announcements.registry import payload_of
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.customer_texts import Telling
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.promises import Audience
from bot.policy.time import years
from bot.policy.wording import templates
from bot.policy.wording.templates import TemplateFacts
from bot.services.programmes import plan_texts
from bot.services.programmes.health import changed
from bot.services.programmes.proposals import lacks_plan
from bot.services.sending import sending, texts
from bot.services.wording.reviews import PassedText, let_pass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """The values of the form. `note` is for us. Without `customer_text` it is an internal update."""

    note: str
    customer_text: str
    next_at: datetime | None
    # Account programmes only, which get a health with every update.
    health: HealthState | None = None
    # How the customer is told the text.
    telling: Telling = field(default_factory=Telling)
    # Set if a manager sends a text that the wording guard refuses.
    passed: PassedText | None = None
    # Whether the text began with the policy's words about a programme's plan.
    is_about_plan: bool = False


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """The content of the form. `owed` is when the next updates are due at the latest, if this is posted now."""

    facts: EscalationFacts
    owed: NextUpdates
    policy: Policy
    choices: TellingChoices
    # The policy's texts for the customer, filled in; what fits best first.
    texts: Mapping[TemplateKind, str]
    # When the next update is due, as the texts say it.
    next_at: datetime | None
    # The reader's zone.
    zone: str
    # True if an update that was promised to the customer is overdue.
    is_overdue: bool


@dataclass(frozen=True)
class Updates:
    """Post updates."""

    records: Records

    def draft(self, number: int, *, by: str, next_at: datetime | None = None) -> UpdateDraft:
        """Return the content of the form, with the time of the next update that was chosen, if it may be chosen.

        Raises NotFound and Refused.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.UPDATE))
            owed = promises.after_update(change.facts, change.policy, tx.now)
            latest = owed.customer or owed.internal
            is_kept = next_at is not None and tx.now < next_at and (latest is None or next_at <= latest)
            promised = next_at if is_kept else latest
            texts = offered(change, promised)
            due_at, zone = change.facts.customer_update_due_at, zone_of(change, by)
            return UpdateDraft(
                facts=change.facts,
                owed=owed,
                policy=change.policy,
                choices=sending.choices(change, by),
                texts=texts,
                next_at=promised,
                zone=zone,
                is_overdue=due_at is not None and due_at < tx.now,
            )

    def post(self, number: int, update: NewUpdate, *, by: str, request: str) -> EscalationFacts:
        """Post an update, once per `request`. Raises Refused, and FormError for an invalid promise."""
        with self.records.changing(number, by=by) as change:
            posted = select(Update.id).where(Update.request_key == request)
            if change.tx.session.scalars(posted).one_or_none() is not None:
                return change.facts
            require(refusals(change.facts, Move.UPDATE))
            self._post(change, update, by, request)
            return change.facts

    def _post(self, change: Change, update: NewUpdate, by: str, request: str) -> None:
        row, now, health = change.row, change.tx.now, change.row.health
        after = (update.health or health) if health is not None else None
        row.health = after
        owed = promises.after_update(change.facts, change.policy, now)
        has_text = bool(update.customer_text)
        next_at = checked_promise(update.next_at, owed.customer if has_text else owed.internal, change, by=by)
        posted = Update(
            escalation_id=row.id,
            by=by,
            at=now,
            note=update.note,
            customer_text=update.customer_text,
            answered_due_at=row.internal_update_due_at,
            next_promised_at=next_at if not has_text else None,
            request_key=request,
        )
        change.tx.session.add(posted)
        change.tx.session.flush()
        row.last_update_id = posted.id
        row.last_internal_update_at = now
        answered = ledger.answer(change, Audience.INTERNAL, next_at if not has_text else owed.internal, by=by)
        kept = change.facts.open_text
        if has_text:
            replaces = kept.update if kept is not None else None
            plan_texts.note(change, posted.id, replaces=replaces, is_about_plan=update.is_about_plan)
        begun = sending.begin(change, posted, update.telling, next_at) if has_text else None
        to_customer = begun is not None and begun.is_told
        if begun is not None and begun.is_told:
            answered = begun.answered
        if health is not None and after is not None and after is not health:
            changed(change, health, after, by=by, told_customer=to_customer)
        texts.answer_pages(change)
        promised = next_at if to_customer or not has_text else None
        change.record(
            "updated",
            by=by,
            after={
                "customer": to_customer,
                "next": promised and promised.isoformat(),
                "promise": answered and answered.state.value,
                "late_seconds": answered and answered.late_seconds,
                "broken": answered and answered.broken,
            },
        )
        let_pass(change, update.passed, by=by)
        told = Updated(
            by=by,
            note=update.note,
            customer_text=update.customer_text,
            next_at=promised,
            health=after,
            without_plan=lacks_plan(change),
            update=posted.id,
        )
        posted.announced = payload_of(told)
        change.announce(told)


def offered(change: Change, next_at: datetime | None) -> Mapping[TemplateKind, str]:
    """Return the policy's texts for the customer, filled in with the facts; what fits best first."""
    facts, policy = change.facts, change.policy
    owner = facts.holder(RELATIONSHIP_OWNER)
    names = change.people.names(change.tx, [owner]) if owner is not None else {}
    known = plan_texts.words_of(change)
    given = TemplateFacts(
        now=change.tx.now,
        next_at=next_at,
        contact=names.get(owner) if owner is not None else None,
        criteria=known.criteria,
        plan=known.plan,
        changes=known.changes,
    )
    texts = {kind: templates.filled(policy, facts, kind, given) for kind in templates.kinds(policy, facts)}
    if known.changes is None:
        texts.pop(TemplateKind.PLAN_CHANGE, None)
    return {kind: text for kind, text in texts.items() if text}


def zone_of(change: Change, reader: str) -> str:
    """Return the zone in which somebody reads times, where Slack doesn't convert them; the policy's if unknown."""
    return str(change.people.zone(change.tx, reader) or change.policy.zone)


def checked_promise(next_at: datetime | None, latest: datetime | None, change: Change, *, by: str) -> datetime | None:
    """Return the promise. Raises FormError unless it is ahead and within the cadence (docs/policy.md#an-update)."""
    if change.row.status is Status.RESOLVED:
        return None
    if next_at is None:
        if latest is not None:
            raise FormError("next_at", "Choose when the next update is due.")
        return None
    if next_at <= change.tx.now:
        raise FormError("next_at", "Choose a time in the future.")
    if not years.is_plausible(next_at):
        raise FormError("next_at", f"Choose a time before the year {years.LAST + 1}.")
    if latest is not None and next_at > latest:
        local = latest.astimezone(ZoneInfo(zone_of(change, by)))
        by = "At this level" if change.row.health is None else "With this level and health"
        raise FormError("next_at", f"{by} the next update is due by {local.day} {local:%b %-I:%M %p %Z}.")
    return next_at
