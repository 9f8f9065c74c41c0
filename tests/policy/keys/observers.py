"""Observers of a policy: decisions, timers, refusals, views. Each observer returns something to compare."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from bot.commands import matrix
from bot.models.clocks import ClockKind, ClockSpan, SlaClock
from bot.policy.decide import ladder, ledger, lifecycle, policy_changes, promises, routing, sending
from bot.policy.decide.account_programme import Programme
from bot.policy.decide.beginning import clocks_begin
from bot.policy.decide.case_reviews import CaseReviewFacts
from bot.policy.decide.checklists import checklist
from bot.policy.decide.evaluation import evaluate
from bot.policy.decide.handling import chase_due, chased_again_at
from bot.policy.decide.incidents import IncidentFacts
from bot.policy.decide.measuring import measure
from bot.policy.decide.numbers import Period
from bot.policy.decide.on_call import Roster
from bot.policy.decide.proof import Proof
from bot.policy.decide.questionnaire import questionnaire
from bot.policy.decide.reports import report
from bot.policy.decide.sending import CustomerReach
from bot.policy.decide.suggestions import suggest_category
from bot.policy.decide.visibility import may_see
from bot.policy.model.directory import Directory
from bot.policy.model.facts import AccountFacts, HealthState, History, Issue
from bot.policy.model.matrix import Answers
from bot.policy.model.on_call import FedShift, OnCallSource
from bot.policy.model.patterns import case_review_is_due
from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.model.training import DrillStep, Scenario
from bot.policy.model.wording import WordingRule
from bot.policy.plan import hot_list, learnings, schedule
from bot.policy.plan.reminders import review_due, review_left, waiting_due
from bot.policy.preview.simulation import SimulationQuestion, simulate
from bot.policy.record.announcements.incidents import IncidentJoined
from bot.policy.record.announcements.patterns import ChurnRiskSeen
from bot.policy.record.escalation import EscalationFacts, PageCause, PageFacts, Status
from bot.policy.record.notices.patterns import SameCauseNotice
from bot.policy.record.promises import Audience
from bot.policy.record.reviews import ReviewRecord, ReviewState, ReviewWords, WrittenReview
from bot.policy.record.waiting import WaitFacts
from bot.policy.training import material, scoring, weeks
from bot.policy.training.drills import DrillFacts, OfferedDrills
from bot.policy.training.weeks import Trainee, TrainingView
from bot.policy.wording import templates
from bot.policy.wording.check import check
from bot.policy.wording.templates import TemplateFacts
from bot.policy.wording.why_prompts import queries
from bot.views.card import more_menu
from bot.views.categories import playbook
from bot.views.closing import closing_forms, end_words, waiver_form
from bot.views.declaring import declare_form
from bot.views.declaring.declaration_draft import DeclarationDraft
from bot.views.incidents import incident_forms, incident_messages
from bot.views.intake import intake_form
from bot.views.kit.customer_texts import first_message
from bot.views.levels import level_forms
from bot.views.mail import customer_letter
from bot.views.overview import help as help_view
from bot.views.patterns import case_review, causes, churn_risk, enterprise
from bot.views.policies import policy_simulation, policy_table
from bot.views.policies.policy_simulation import SimulationAsked
from bot.views.programmes import plan_form, programme_card, programme_forms, programme_messages
from bot.views.reports import report_form
from bot.views.reviews import review_form
from bot.views.teams import team_messages
from bot.views.training import drill_forms, drill_messages, tree_form, weeks_form
from bot.views.updates import template_picker
from bot.views.verification import verification_form, verification_message
from bot.views.waiting import waiting_forms
from tests.policy.decide import measured_ledger
from tests.support import drills as practised
from tests.support.escalations import DECLARED_AT, escalation

TODAY: Final = date(2026, 3, 6)
PLAIN: Final = AccountFacts(name="Acme")
RICH: Final = AccountFacts(
    name="Acme",
    tier="strategic",
    plan="premier",
    health=50,
    renewal_on=date(2026, 4, 1),
    vip=True,
    dedicated_csm=True,
    region="EMEA",
    area="exports",
    arr=Decimal(100),
    extra={"channel": "reseller"},
)
_PAGED: Final = (
    PageFacts(
        id=1,
        cause=PageCause.OPENING,
        role="fix_owner",
        person="U01DANA",
        due_at=DECLARED_AT,
        started_at=DECLARED_AT,
        sends=6,
        exhausted_at=DECLARED_AT,
    ),
)
PAST: Final = History(declared_on=(date(2026, 3, 1), date(2026, 3, 2)), open_now=2)


def decided(policy: Policy) -> object:
    """Return the decisions on many cases."""
    return [
        evaluate(policy, account, issue, declared_at=DECLARED_AT, history=PAST)
        for account in (PLAIN, RICH)
        for issue in _issues(policy)
    ]


def _issues(policy: Policy) -> Iterator[Issue]:
    yield from (Issue(level=level.code) for level in policy.levels)
    yield from (Issue(answers=Answers(broken, affected)) for broken in ("down", "part") for affected in ("all", "team"))
    yield from (Issue(kind="account", health=health) for health in HealthState)
    for category in policy.categories:
        keys = frozenset(trigger.key for trigger in category.triggers if trigger.key)
        yield Issue(category=category.key)
        yield Issue(category=category.key, triggers=keys)


def running(**given: Any) -> EscalationFacts:
    """Return an escalation with both clocks running."""
    clocks = [
        SlaClock(kind=kind, target=target, calendar=calendar)
        for kind, target, calendar in (
            (ClockKind.RESPONSE, "1h", "24x7"),
            (ClockKind.RESOLUTION, "1bd", "business"),
            (ClockKind.TEAM, "24bh", "business"),
        )
    ]
    spans = [ClockSpan(kind=clock.kind, started_at=DECLARED_AT) for clock in clocks]
    return escalation(clocks=clocks, spans=spans, **given)


def _stages() -> Iterator[EscalationFacts]:
    plans = (None, "premier")
    for level, plan in itertools.product(("sev1", "sev2", "sev3"), plans):
        held = {"level": level, "chosen_level": level, "highest_level": level}
        at = {"customer_update_due_at": DECLARED_AT, "internal_update_due_at": DECLARED_AT}
        facts = running(**held, **at, category="technical", team="tech_support")
        yield replace(facts, account=replace(facts.account, plan=plan), reminded={"status page": DECLARED_AT})
        ended = {"status": Status.MITIGATED, "mitigated_at": DECLARED_AT}
        yield replace(escalation(**held, **ended), account=replace(facts.account, plan=plan))
        resolved = {"status": Status.RESOLVED, "mitigated_at": DECLARED_AT, "resolved_at": DECLARED_AT}
        yield replace(escalation(**held, **resolved), account=replace(facts.account, plan=plan))
    yield escalation(status=Status.CLOSED, closed_at=DECLARED_AT, closed_by="U01ANA", closing_summary="Done.")


def planned(policy: Policy) -> object:
    """Return the timers of escalations in many states."""
    return [schedule.plan(facts, policy, archive_after=timedelta(days=30)) for facts in _stages()]


def heard(policy: Policy) -> object:
    """Return which feeds of their own get which events of which escalations."""
    having = itertools.product(("EMEA", "AMER"), ("exports", "billing"), (None, "billing"), ("sev1", "sev3"))
    whats = ("declared", "level changed", "resolved", "closed")
    return [
        (own.key, own.channel, what)
        for region, area, team, level in having
        for own in policy.feed.own
        for what in whats
        if own.hears_of(what) and own.fits(region=region, area=area, team=team, level=level)
    ]


def listed_for_executives(policy: Policy) -> object:
    """Return when the hot list is posted next, on each day of a week."""
    return [hot_list.next_time(DECLARED_AT + timedelta(days=days), policy) for days in range(7)]


def promised(policy: Policy) -> object:
    """Return the next updates, and what is due after a change."""
    programmes = [replace(programme(), health=health) for health in HealthState]
    ways = (promises.after_update, promises.after_event, promises.after_reopening, promises.after_level_change)
    due = [way(facts, policy, DECLARED_AT) for facts in [*_stages(), *programmes] for way in ways]
    return [*due, ledger.following(programme(), policy, Audience.SPONSOR)(DECLARED_AT)]


def _roster(policy: Policy) -> Roster:
    """Return a roster in which the rota and a calendar name two people."""
    shifts = {"people": ["dana@example.com"], "starts_at": "2026-01-05T09:00", "every": "1w", "zone": "UTC"}
    area = {"key": "exports", "name": "Exports", "owner": "ana@example.com", "rota": shifts}
    fallback = {"fix_owner": "dana@example.com", "manager": "maria@example.com"}
    directory = Directory.model_validate({"fallback": fallback, "areas": [area]})
    fed = FedShift("exports", OnCallSource.CALENDAR, "eli@example.com", DECLARED_AT - timedelta(days=1))
    return Roster(directory, policy.on_call, fed=(fed,))


def climbed(policy: Policy) -> object:
    """Return whom the ladder pages, in which order and when, and who holds each role."""
    where = routing.RoutingInput(
        _roster(policy),
        RICH,
        "exports",
        DECLARED_AT,
        "U01NOOR",
    )
    roles = [slot.key for slot in policy.slots]
    return [
        *(ladder.steps(policy, level.code) for level in policy.levels),
        *(ladder.together(ladder.above(policy, level.code, ())) for level in policy.levels),
        *(ladder.on_request(ladder.above(policy, level.code, ())) for level in policy.levels),
        *(
            ladder.Alarm(_PAGED).restarts_at(escalation(level=level.code), policy, DECLARED_AT)
            for level in policy.levels
        ),
        routing.fill(policy, where, roles),
        routing.area_of(policy, where.directory, PLAIN, chosen=None, category="technical"),
    ]


def programme(**given: Any) -> EscalationFacts:
    """Return a running account programme."""
    held = {"level": "sev4", "chosen_level": "sev4", "highest_level": "sev4"}
    return escalation(kind="account", accepted=True, health=HealthState.RED, **held, **given)


def refused(policy: Policy) -> object:
    """Return what is missing to resolve and to close, and who may do what."""
    found: list[object] = []
    for facts in (*_stages(), programme(), programme(status=Status.RESOLVED, resolved_at=DECLARED_AT)):
        review = replace(facts.review, url=None)
        found += [
            lifecycle.refusals_to_resolve(facts, policy, confirmed=False, review=review),
            lifecycle.refusals_to_close(facts, policy, review=review, cause=None),
            lifecycle.refusals_of_closing(facts, policy, ["U01NOOR"]),
            lifecycle.review_of(facts, policy),
            may_see(replace(facts, is_private=True), policy, ["gc@example.com"]),
            may_see(replace(facts, is_private=True), policy, ["U01MARIA"]),
        ]
    return found


def helped(policy: Policy) -> object:
    """Return what help, playbook, checklist and details say, and what a text suggests."""
    found: list[object] = [
        [help_view.draw("/escalate", policy, topic) for topic in ("", *help_view.TOPICS)],
        suggest_category(policy, "the widget is on fire"),
    ]
    for facts in _stages():
        found += [checklist(policy, facts), enterprise.lines(replace(facts, account=RICH), policy)]
        asked = questionnaire(policy, facts, {})
        found += [asked, intake_form.draw(facts, policy, asked, "*")]
        found.append(first_message(facts, policy))
        if facts.category is not None:
            found.append(playbook.draw(facts, policy, ()))
    return found


def asked_for(policy: Policy) -> object:
    """Return the forms that depend on the policy."""
    drafts = [
        DeclarationDraft(more=True, level=policy.levels[-1].code, category=category.key)
        for category in policy.categories
    ]
    about = Programme(
        source="Sales", criteria=(), success_criteria="", plan=None, answered_by=None, reason=None, messages=()
    )
    proposed = escalation(kind="account", accepted=None, accept_at=DECLARED_AT, health=HealthState.RED)
    closed = escalation(kind="account", accepted=True, status=Status.CLOSED, closed_at=DECLARED_AT)
    resolved = escalation(status=Status.RESOLVED, resolved_at=DECLARED_AT)
    return [
        questionnaire(policy, closed, {}),
        *(declare_form.draw(draft, policy, ()) for draft in [DeclarationDraft(), *drafts]),
        programme_forms.propose(None, policy),
        programme_forms.more_questions(policy, None),
        programme_messages.receipt(proposed, policy),
        programme_card.words(about, programme(), policy, DECLARED_AT),
        plan_form.draw(programme(), policy, about, DECLARED_AT),
        programme_forms.consents(programme(), policy, about),
        closing_forms.resolve(escalation(), policy, DECLARED_AT),
        closing_forms.close(resolved, policy),
        closing_forms.close(programme(status=Status.RESOLVED, resolved_at=DECLARED_AT), policy),
        waiver_form.draw(escalation(), policy),
        level_forms.asked(escalation(), policy),
        [*end_words.before_closing(programme(), policy)],
        end_words.after_closing(closed, policy),
        *(team_messages.reached(team, escalation()) for team in policy.teams),
    ]


def repeated(policy: Policy) -> object:
    """Return when a case review is due, how it reads, and when a silent team is asked again."""
    repeats = policy.patterns.repeats
    review = CaseReviewFacts(
        id=1, owner="U01ANA", opened_on=TODAY, due_at=DECLARED_AT, history=((escalation(), policy),), hidden=0
    )
    affected = ((escalation(), policy),)
    incident = IncidentFacts(
        id=1,
        title="Exports",
        since=DECLARED_AT,
        declared_by="U01ANA",
        declared_at=DECLARED_AT,
        affected=affected,
        hidden=0,
        accounts=1,
    )
    churn = policy.patterns.churn_risk
    return [
        [case_review_is_due(repeats, PAST, (), TODAY + timedelta(days=days)) for days in range(0, 60, 5)]
        if repeats
        else None,
        [chase_due(policy, team.key, DECLARED_AT, is_top=top) for team in policy.teams for top in (False, True)],
        [chased_again_at(policy, team.key, DECLARED_AT, is_first=False) for team in policy.teams],
        case_review.draw(review, escalation(), policy),
        incident_messages.draw(incident, policy, is_new=True),
        incident_messages.draw_announcement(
            IncidentJoined(by="U01ANA", incident=1, title="Exports", since=DECLARED_AT, accounts=1),
            escalation(),
            policy,
        ),
        list(incident_forms._include(policy)),
        churn_risk.form(escalation(), policy, churn, ()) if churn else None,
        churn_risk.marked(ChurnRiskSeen(by="U01ANA", signals=(), note="", again=False), escalation(), policy)
        if churn
        else None,
        causes.again(
            SameCauseNotice(cause="A leak", level="sev2", days=30, earlier=(), hidden=1), escalation(), policy
        ),
        (recurring.within_days, [*recurring.kinds("billing")]) if (recurring := policy.patterns.recurring) else None,
    ]


def simulated(policy: Policy) -> object:
    """Return the form of a simulation."""
    return policy_simulation.draw(SimulationAsked(declared_at=DECLARED_AT), policy)


def regional(policy: Policy) -> object:
    """Return a simulation for an account of a region."""
    late = DECLARED_AT + timedelta(hours=7, minutes=30)
    return simulate(
        SimulationQuestion(policy=policy, declared_at=late, level="sev3", account=AccountFacts(region="EMEA"))
    )


def named(policy: Policy) -> object:
    """Return the levels that words mean."""
    return [level.code if (level := policy.find_level(words)) else None for words in ("urgent", "s2", "sev-2", "2")]


def menued(policy: Policy) -> object:
    """Return the entries of the card's menu."""
    return [[choice.key for choice in more_menu.choices(facts, policy)] for facts in _stages()]


def began(policy: Policy) -> object:
    """Return from when the clocks of one that was reported earlier count."""
    return clocks_begin(policy, DECLARED_AT, DECLARED_AT - timedelta(hours=1))


def waited(policy: Policy) -> object:
    """Return the forms of waiting for the customer and of a follow-up, and the timers of a wait."""
    wait = WaitFacts(DECLARED_AT, "U01ANA", "Logs", DECLARED_AT + timedelta(days=9), ())
    forms = [draw(escalation(), policy, DECLARED_AT) for draw in (waiting_forms.wait, waiting_forms.followed_up)]
    return forms, list(waiting_due.plan(replace(escalation(), waiting=wait), policy))


def checked(policy: Policy) -> object:
    """Return the forms and messages of an identity check."""
    found: list[object] = [verification_form.draw(escalation(), policy, None)]
    for tier in policy.verification.tiers:
        proof, facts = Proof(tier, {}), escalation(verification_tier=tier.key)
        found += [verification_form.draw(facts, policy, proof), verification_message.draw(facts, policy, proof)]
        found += [verification_message.on_the_card(facts, policy), *verification_message.how(facts, policy)]
    return found


def sent(policy: Policy) -> object:
    """Return by which ways a customer can be told, who may send, and under which subject."""
    reach = CustomerReach(["jo@acme.example"], "C01ACME", sends_mail=True)
    people = ("U01DANA", "U01ANA", "U01MARIA", "gc@example.com")
    found = [(sending.may_send(policy, facts, [one]), one) for facts in _stages() for one in people]
    asked = [sending.approvers(policy, facts) for facts in _stages()]
    until = sending.approval_ends(policy, DECLARED_AT)
    return (
        sending.ways(policy, reach),
        found,
        asked,
        until,
        [customer_letter.subject(facts, policy) for facts in _stages()],
    )


def shown(policy: Policy) -> object:
    """Return the policy as people read it, in Slack and in the terminal."""
    parts = [policy_table.part(policy, each) for each in policy_table.PolicyPart]
    return policy_table.as_list(policy, TODAY, "/escalate"), parts, matrix.as_text(policy, 120, TODAY)


_SAID: Final = (
    "We guarantee it. It should be fixed by Friday. We will refund you. It's probably a bug. We're liable.",
    "AWS broke it.",
    "It's on our roadmap. See OPS-12. The blue widget arrives, and we can't say when the red widget arrives.",
    "Wir erstatten Ihnen den Betrag. We'd widget you the green widget. We surely and not widget.",
)


def offered(policy: Policy) -> object:
    """Return every text for customers that is offered, and the advice beside it."""
    red = replace(running(kind="account"), health=HealthState.RED)
    german = replace(running(), account=replace(running().account, extra={"language": "de"}))
    return [
        (
            templates.filled(policy, facts, kind, TemplateFacts(now=DECLARED_AT)),
            [*template_picker.advice(facts, policy)],
        )
        for facts in (*_stages(), red, german)
        for kind in TemplateKind
    ]


def worded(policy: Policy) -> object:
    """Return what the wording guard finds in texts, and what comes of it."""
    found = [check(text, policy.wording) for text in _SAID]
    return found, [policy.wording.strictness(rule) for rule in WordingRule]


def drilled(policy: Policy) -> object:
    """Return what somebody reads of the policy's drills and of its decision tree."""
    tree = material.tree(policy.training)
    ways = ("", *(f"{next(iter(tree))}={place}" for place in range(2)))
    asked = [tree_form.draw(tree, way, None, [level.code for level in policy.levels]) for way in ways]
    chosen = drill_forms.draw_choice(OfferedDrills(tuple(material.scenarios(policy.training).values()), {}, None))
    trainee = Trainee(1, "U01ANA", "U01DANA", practised.START, drills=((70, practised.START),))
    found = weeks.progress(material.weeks(policy.training), trainee)
    lines = material.philosophy(policy.training)
    learned = weeks_form.draw(TrainingView("U01ANA", trainee, found, (), {}, lines, policy.training.contact))
    return asked, chosen, learned, [_played(scenario, policy) for scenario in policy.training.drills]


def _played(scenario: Scenario, policy: Policy) -> object:
    drill = DrillFacts(number=1, person="U01ANA", scenario=scenario, started_at=practised.START)
    seen: list[object] = [drill_messages.card(drill)]
    text = "It will be fixed by 5 pm."
    found = tuple(one.rule for one in check(text, policy.wording))
    steps = ((12, DrillStep.ACKNOWLEDGED, ""), (20, DrillStep.UPDATED, text), (25, DrillStep.ANSWERED, ""))
    then = ((62, DrillStep.IMPACT_STOPPED, ""), (63, DrillStep.RESOLVED, "A deploy"), (64, DrillStep.ASKED, "Well?"))
    for minute, what, said in (*steps, *then, (72, DrillStep.ASKED, "Now?")):
        drill = practised.listen(drill, minute)
        if drill.ended_at is None:
            rules = found if what is DrillStep.UPDATED else ()
            drill = practised.step(drill, what, minute, text=said, findings=rules)
    drill = practised.listen(drill, 80)
    over = drill if drill.ended_at is not None else replace(drill, ended_at=practised.at(drill, 80))
    seen += [(event.at, drill_messages.line(over, event)) for event in over.events]
    return [*seen, drill_messages.score(over, scoring.score(over))]


def queried(policy: Policy) -> object:
    """Return what is asked about five whys."""
    said = ("Human error.", "Menschliches Versagen.", "Dana Kim's laptop.", "A red widget isn't a blue widget.")
    return [queries(text, policy.reviews.whys, names=("Dana Kim",)) for text in said]


def taught(policy: Policy) -> object:
    """Return when and where what was learned is posted."""
    kinds = learnings.LearningsKind
    rules = [learnings.rule_of(kind, policy) for kind in kinds]
    led_by = [learnings.owner_of(kind, policy) for kind in kinds]
    where = [getattr(rule, "channel", None) for rule in rules], policy_changes.channel(policy)
    return where, led_by, [*learnings.next_times(DECLARED_AT, policy)]


def reviewed(policy: Policy) -> object:
    """Return the form of a review, who may sign it off, whether that is needed, and when a late one is due again."""
    later = DECLARED_AT + timedelta(days=60)
    written = WrittenReview(words=ReviewWords(contributing="detection"))
    facts = running(mitigated_at=DECLARED_AT)
    review = replace(facts, review=replace(facts.review, state=ReviewState.ASKED))
    form = review_form.draw(facts, policy, written, ReviewRecord())
    signers = [lifecycle.refusals_to_sign_off(review, policy, [who]) for who in ("U01MARIA", "U01DANA", "U01ANA")]
    known = {review_due.REVIEW: later, review_left.REVIEW_LEFT: later}
    late = (replace(facts, highest_level="sev1", reminded=each) for each in ({}, known))
    timers = [[*review_due.plan(one, policy), *review_left.plan(one, policy)] for one in late]
    return form, signers, timers, [lifecycle.sign_off_is_needed(one, policy) for one in (facts, review)]


def reported(policy: Policy) -> object:
    """Return a report in which the escalation rate is known."""
    one = measure(measured_ledger.LEDGER[0])
    period = Period(one.declared_at, DECLARED_AT, {one.declared_at.date(): 10}, policy.zone)
    drawn = report([one], period, period, DECLARED_AT, target=policy.targets.escalation_rate_below_percent)
    return report_form.draw(drawn, policy)


OBSERVERS: Final[Mapping[str, Callable[[Policy], object]]] = {
    found.__name__: found
    for found in (
        decided,
        planned,
        listed_for_executives,
        heard,
        promised,
        climbed,
        refused,
        helped,
        asked_for,
        repeated,
        simulated,
        regional,
        named,
        menued,
        checked,
        sent,
        began,
        waited,
        shown,
        offered,
        worded,
        drilled,
        queried,
        reviewed,
        taught,
        reported,
    )
}
