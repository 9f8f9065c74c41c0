"""Climbs the ladder: pages the people of the next stage, and pauses where it ends."""

from collections.abc import Sequence
from dataclasses import replace

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.pages import Page
from bot.models.work import EffectKind
from bot.policy.decide import ladder
from bot.policy.decide.ladder import LadderStep, NextPaged
from bot.policy.model.slots import CATEGORY_TEAM, Rung
from bot.policy.plan.stored_notices import payload_of
from bot.policy.record.escalation import PAGE_DECLINED, Holder
from bot.policy.record.notices.paging import LadderEndedNotice
from bot.services.paging import alarms, rings
from bot.services.teams import teams


def begin(change: Change, page: Page) -> None:
    """Page the foot of the ladder: one person, and those the ladder adds at once."""
    rings.put(change, page)
    beside = ladder.together(alarms.above(change, page))
    if beside:
        page_people(change, page, beside)
        page.rung, page.rung_at = beside[-1].rung.key, change.tx.now


def keep_climbing(change: Change, page: Page) -> None:
    """Page the next stage if no page of the ladder rings any more: somebody paged beside it doesn't climb."""
    climbing = alarms.on_ladder(change, page)
    if not any(other.id in climbing for other in alarms.ringing(change, page)):
        page_next_stage(change, page)


def page_next_stage(change: Change, page: Page) -> None:
    """Page the next stage that has somebody new; stages without take no time.

    Earlier pages repeat until the new one has arrived (see `bot.services.paging.pages.arrived`).
    """
    waiting = alarms.ringing(change, page)
    heard = alarms.latest_delivered(change, page)
    person = heard.person if heard is not None else None
    for stage in ladder.stages(alarms.above(change, page)):
        reached = page_people(change, page, stage)
        last = stage[-1].rung.key
        fresh = [other for other in alarms.ringing(change, page) if other not in waiting]
        if not fresh and (not waiting or not (reached or stage[0].after is None)):
            continue
        _note_unanswered(change, heard, last)
        for other in fresh or waiting:
            other.rung, other.rung_at = last, change.tx.now
        return
    _note_unanswered(change, heard, None)
    _pause(change, heard if heard is not None and heard.ended_at is None else (waiting or [page])[-1])
    if page.round == 0:
        # Once for an alarm: the rounds after it say nothing new.
        notice = LadderEndedNotice(person=person, page=page.id)
        change.do(NewEffect(EffectKind.REMINDER, payload_of(notice)), in_channel=True)


def _note_unanswered(change: Change, heard: Page | None, next_rung: str | None) -> None:
    """Record that somebody didn't answer, unless they said that they can't."""
    if heard is not None and heard.ended_why != PAGE_DECLINED:
        change.record("page unanswered", after={"person": heard.person, "role": heard.role, "next": next_rung})


def next_paged(change: Change, page: Page) -> NextPaged | None:
    """Return who is paged next if nobody responds, as `page_next_stage` would; None at the end of the ladder."""
    reached = {other.person for other in alarms.siblings(change, page)}
    for stage in ladder.stages(alarms.above(change, page)):
        for step in stage:
            team = team_on(change, step.rung)
            holder = found(change, step.rung, team)
            if holder is not None and holder.person not in reached:
                return NextPaged(step.rung.title, holder.person)
            if team is not None:
                return NextPaged(step.rung.title, None)
    return None


def _pause(change: Change, page: Page) -> None:
    """Pause an alarm at the end of the ladder. One of its pages stays open and can be answered until the end."""
    page.ended_at, page.ended_why, page.exhausted_at = None, None, change.tx.now
    alarms.end_passed_on(change, [other for other in alarms.ringing(change, page) if other is not page])
    if page.sends:
        rings.redraw(change, page)


def page_holder(change: Change, page: Page, role: str) -> None:
    """Page the present holder of a role in the place of another, unless this round has reached them."""
    person = change.on_duty(role)
    if any(other.person == person for other in alarms.siblings(change, page)):
        return
    fresh = Page(cause=page.cause, role=role, person=person, due_at=page.due_at, alarm=page.alarm, round=page.round)
    fresh.rung, fresh.rung_at = page.rung, page.rung_at
    rings.put(change, fresh)


def page_people(
    change: Change,
    page: Page,
    steps: Sequence[LadderStep],
    *,
    asked_by: str | None = None,
    beyond_slack: bool = False,
) -> bool:
    """Page and notify the people on some rungs; return True if any of them hasn't had this page before.

    With `beyond_slack`, only people are paged who have another route than Slack.
    """
    reached, begins = False, page.started_at == change.tx.now
    heard = alarms.latest_delivered(change, page)
    for step in steps:
        rung = step.rung
        team = team_on(change, rung)
        if team is not None and not beyond_slack:
            teams.call(change, team, page.cause)
            reached = True
        holder = found(change, rung, team)
        if holder is None or any(other.person == holder.person for other in alarms.siblings(change, page)):
            continue
        if beyond_slack and not rings.goes_beyond_slack(change, holder.person):
            continue
        reached = True
        if rung.slot is not None and rung.slot not in change.facts.holders:
            change.hold(rung.slot, holder.person, holder.how)
        change.invite(holder.person)
        fresh = Page(cause=page.cause, role=holder.role, person=holder.person, due_at=page.due_at, rung=rung.key)
        fresh.alarm, fresh.round = page.alarm, page.round
        fresh.rung_at, fresh.asked_by = change.tx.now, asked_by
        fresh.followed = heard.person if heard is not None and asked_by is None and not begins else None
        rings.put(change, fresh)
    return reached


def team_on(change: Change, rung: Rung) -> str | None:
    """Return the team on a rung: the category's, if the rung says so and there is one."""
    return change.row.team if rung.team == CATEGORY_TEAM else rung.team


def found(change: Change, rung: Rung, team: str | None) -> Holder | None:
    """Return who to page on a rung: the holder of its slot, else who has it for the account's region, else the contact.

    Then come those whom the slot's sources name, the person the rung names, and its team's substitute.
    """
    if rung.slot is not None and (holder := change.facts.holders.get(rung.slot)):
        return replace(holder, person=change.on_duty(rung.slot))
    region = change.people.directory.region(change.row.account.region)
    if region is not None and rung.slot is not None and rung.slot in region.people:
        return Holder(rung.slot, change.present(region.people[rung.slot]), f"for {region.name}")
    contact = change.people.directory.contact(rung.key)
    if contact is not None and contact.person is not None:
        return Holder(rung.slot or rung.key, change.present(contact.person), "in the contact matrix")
    if rung.slot is not None and (holder := change.find(rung.slot)):
        return holder
    named = rung.email or (change.people.directory.fallback.get(team) if team else None)
    if named is None:
        return None
    return Holder(rung.slot or rung.key, change.present(named), "named on the ladder")
