"""The page of a customer on one screen: the state, what is open, the last word, what follows, and the past."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.addresses import is_web_address
from bot.policy.decide.customer_state import PAST_SHOWN, AccountPage
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels, lines
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, fields, header, link_button, section
from bot.views.kit.text import ago, clip, clip_markup, day, escape, link, person, times
from bot.views.levels import level_card
from bot.views.overview.escalation_line import line_with_owners, step

# The blocks of what is open say which page they are on, so that it can be drawn again where it was pressed.
PAGE: Final = "account-"
_WHY: Final = 150
_SAID: Final = 240
_SUMMARY: Final = 60
_TITLE: Final = 24
_NAME: Final = 200
# Slack takes two thousand characters in a field.
_VALUE: Final = 200


def draw(page: AccountPage, workspace_url: str) -> Message:
    """Draw the page as an answer that only its reader sees."""
    return Message(_state(page), (header(_title(page)), *_blocks(page, workspace_url, is_form=False)))


def form(page: AccountPage, workspace_url: str) -> View:
    """Draw the page as a form. It has no buttons for the next steps, because it wouldn't follow them."""
    return shown(clip(_title(page), _TITLE), [*_blocks(page, workspace_url, is_form=True)])


def value(account_id: int, first: int = 0) -> str:
    """Return the value of a button that leads to the page, with its past from an offset on."""
    return f"{account_id}:{first}"


def value_of(text: str) -> tuple[int, int]:
    """Return the account and the offset of a button's value. Raises ValueError."""
    account, _, first = text.partition(":")
    return int(account), int(first or 0)


def place_of(block_id: str) -> tuple[int, int] | None:
    """Return the account and the offset of the page that a block is on; None for any other block."""
    account, _, rest = block_id.removeprefix(PAGE).partition("-")
    first = rest.partition("-")[0]
    is_place = block_id.startswith(PAGE) and account.isdecimal() and first.isdecimal()
    return (int(account), int(first)) if is_place else None


def _title(page: AccountPage) -> str:
    return page.account.name


def _state(page: AccountPage) -> str:
    """Return in one line whether the customer is escalated, for a notification."""
    if page.since is None:
        return f"{escape(page.account.name)}: not escalated."
    return f"{escape(page.account.name)}: {times(page.open.total, 'open escalation')}."


def _blocks(page: AccountPage, workspace_url: str, *, is_form: bool) -> Iterator[Block]:
    yield section(_escalated(page))
    yield fields(_values(page))
    for facts, policy in page.open.shown:
        words = lines.line(facts.key, partial(line_with_owners, facts, policy, page.at, workspace_url))
        control = None if is_form else step(facts, policy, page.own, page.at)
        yield section(words, accessory=control, block_id=f"{PAGE}{page.account_id}-{page.past.first}-{facts.number}")
    unreadable = [lines.cannot_be_shown(f"ESC-{number}") for number in page.open.unreadable]
    more = [f"{page.open.after} more: `list {escape(page.account.name)}`"] if page.open.after else []
    if unreadable or more:
        yield context(*unreadable[:5], *more)
    if page.last_word is not None:
        word = page.last_word
        said = escape(" ".join(word.words.split()), _SAID)
        when = ago(word.at, str(page.policy.zone))
        yield section(f"*Last word* · ESC-{word.number} · {person(word.by)} {when}\n>{said}")
    if page.follow_ups.shown:
        yield section(_follow_ups(page))
    if page.past.total:
        yield section(_past(page, workspace_url))
    buttons = tuple(_buttons(page, is_form=is_form))
    if buttons:
        yield actions(*buttons)


def _escalated(page: AccountPage) -> str:
    """Return since when the customer is escalated and why, or since when not."""
    if page.since is None:
        return "*Not escalated.*" if not page.open.total else "*Not escalated yet.* See below."
    zone = str(page.policy.zone)
    since = f":rotating_light: *Escalated* since {day(page.since.astimezone(page.policy.zone).date())}"
    since = f"{since} ({ago(page.since, zone)})"
    begun = [each for each in page.open.shown if not each[0].is_proposed]
    if not begun:
        return f"{since}."
    facts, policy = begun[0]
    why = " ".join(level_card.sentence(each, facts) for each in facts.trace)
    level = labels.level_name(facts, policy)
    reasons = f"{level}: {clip_markup(why, _WHY)}" if why else level
    return f"{since}: {labels.summary(facts, _SUMMARY)}\n{reasons}"


def _values(page: AccountPage) -> list[tuple[str, str]]:
    """Return what else matters about the customer, at most ten values."""
    account = page.account
    bought = ((account.tier, "tier"), (account.plan, "plan"))
    named = [f"{escape(each, _VALUE)} {what}" for each, what in bought if each]
    plan = " · ".join([*named, *(["VIP"] if account.vip else [])])
    found = [("Plan", plan), ("Health", _health(page)), ("Renewal", _renewal(page))]
    found.append(("Region", escape(account.region or "", _VALUE)))
    kept = page.promises
    found.append(("Promises kept", f"{kept.kept} of {kept.total} in a year" if kept.total else ""))
    found.append(("Escalated", f"{times(page.repeats, 'time')} in 30 days" if page.repeats else ""))
    rated = page.satisfaction
    found.append(("Satisfaction", f"{rated.average:.1f} of 5 ({times(rated.count, 'rating')})" if rated else ""))
    found += [("Owners", _owners(page)), ("CSM", person(account.csm) if account.csm else "")]
    sponsor = f"{person(account.executive_sponsor)} (sponsor)" if account.executive_sponsor else ""
    above = (person(account.manager) if account.manager else "", sponsor)
    found.append(("Account manager", ", ".join(filter(None, above))))
    return [(name, said) for name, said in found if said] or [("Plan", "Unknown")]


def _health(page: AccountPage) -> str:
    """Return the health of the account, and that of its programme."""
    programme = next((each for each in page.open.shown if each[0].is_programme), None)
    coloured = (labels.health(*programme) or labels.programme_label(programme[1])) if programme else None
    score = str(page.account.health) if page.account.health is not None else None
    return " · ".join(each for each in (score, coloured) if each)


def _renewal(page: AccountPage) -> str:
    renewal = page.account.renewal_on
    if renewal is None:
        return ""
    days = (renewal - page.today).days
    return f"{day(renewal)} (in {times(days, 'day')})" if days >= 0 else day(renewal)


def _owners(page: AccountPage) -> str:
    """Return who holds the two roles on what is most urgent."""
    if not page.open.shown:
        return ""
    facts = page.open.shown[0][0]
    held = dict.fromkeys(facts.holder(role) for role in (FIX_OWNER, RELATIONSHIP_OWNER))
    return ", ".join(person(who) for who in held if who)


def _follow_ups(page: AccountPage) -> str:
    found = [
        f"• {escape(each.what, _SUMMARY)} · {person(each.owner)} · due {day(each.due_on)} · ESC-{each.number}"
        for each in page.follow_ups.shown
    ]
    found += [f"• {page.follow_ups.after} more"] if page.follow_ups.after else []
    return "\n".join(["*Follow-ups*", *found])


def _past(page: AccountPage, workspace_url: str) -> str:
    """Return what is over, one line each, newest first."""
    found = page.past
    title = f"*Past escalations* · {found.total}"
    if found.before or found.after:
        last = found.first + len(found.shown) + len(found.unreadable)
        title = f"*Past escalations* · {found.first + 1}-{last} of {found.total}"
    drawn = [
        f"• {lines.line(facts.key, partial(_over, facts, policy, workspace_url))}" for facts, policy in found.shown
    ]
    drawn += [f"• {lines.cannot_be_shown(f'ESC-{number}')}" for number in found.unreadable]
    return "\n".join([title, *drawn])


def _over(facts: EscalationFacts, policy: Policy, workspace_url: str) -> str:
    key = link(f"{workspace_url}archives/{facts.channel_id}", facts.key) if facts.channel_id is not None else facts.key
    when = day(facts.declared_at.astimezone(policy.zone).date())
    end = ["withdrawn"] if facts.withdrawal is not None else []
    end += [f"rated {facts.rating.of_five} of 5"] if facts.rating is not None else []
    words = (key, escape(labels.level_name(facts, policy)), labels.summary(facts, _SUMMARY), when, *end)
    return " · ".join(words)


def _buttons(page: AccountPage, *, is_form: bool) -> Iterator[ButtonElement]:
    if not is_form:
        yield button("Declare", ids.PRESS_DECLARE_WORDS, clip(page.account.name, _NAME))
    if page.past.before:
        newer = max(0, page.past.first - PAST_SHOWN)
        yield button("Newer", ids.PRESS_ACCOUNT_NEWER, value(page.account_id, newer))
    if page.past.after:
        older = page.past.first + len(page.past.shown) + len(page.past.unreadable)
        yield button("Older", ids.PRESS_ACCOUNT_OLDER, value(page.account_id, older))
    if page.crm_url and is_web_address(page.crm_url):
        yield link_button("Open in CRM", page.crm_url)
