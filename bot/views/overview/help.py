"""The help of the command: a screen for everybody, every command, and who does what."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.model.slots import SlotRule
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, ROLE_NAMES
from bot.ports.workspace import Block, Message
from bot.views.kit.parts import context, section
from bot.views.kit.text import all_of, escape
from bot.views.people import role_cards

# The words that may follow the verb.
COMMANDS: Final = "commands"
ROLES: Final = "roles"
DECLARING: Final = "declaring"
STEPS: Final = "steps"
LISTS: Final = "lists"
PEOPLE: Final = "people"
POLICY: Final = "policy"
TOPICS: Final = (DECLARING, STEPS, LISTS, PEOPLE, POLICY, ROLES, COMMANDS)
_ABOUT: Final = "[account or ESC-n]"
# What the holder of a role does. Other roles are paged or told, and have no duty of their own.
_DUTIES: Final = {
    FIX_OWNER: "acknowledges, stops the impact and keeps the channel updated",
    RELATIONSHIP_OWNER: "keeps the customer updated and asks them to confirm the fix",
    MANAGER: "is paged when something is late",
}


def draw(command: str, policy: Policy, topic: str = "") -> Message:
    """Draw the help, or one of its topics."""
    if topic == ROLES:
        return _roles(command, policy)
    if topic == DECLARING:
        return _declaring(command, policy)
    topics = _topics(command, policy)
    if topic == COMMANDS:
        lines = (f"*{title}*\n{_listed(said)}" for title, said in topics.values())
        return Message("Every command.", tuple(section(each) for each in lines))
    if topic in topics:
        title, said = topics[topic]
        return Message(f"{title}.", (section(f"*{title}*\n{_listed(said)}"),))
    return _first(command, policy)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _first(command: str, policy: Policy) -> Message:
    """Draw the ten commands that matter, and the topics."""
    declares = _declares(policy)
    text = f"Type {command} to {declares}, {command} list to see the open ones."
    lines = (
        f"`{command} acme export is down` {declares}",
        f"`{command} list`, `{command} status acme` everything open, or one escalation",
        f"`{command} ack`, `update`, `mitigate`, `resolve`, `close` the next step; outside its channel, add `ESC-n`",
        f"`{command} oncall`, `{command} policy` who is on call, what we promise",
    )
    more = " · ".join(f"`help {topic}`" for topic in TOPICS)
    blocks = (
        section(f"*Customer in trouble? Type `{command}`.* The right people get a channel, and reminders."),
        section(_listed(lines)),
        context(f"More: {more}"),
        context("On a message: More actions → Escalate this message. Not sure? Escalate."),
    )
    return Message(text, blocks)


def _declaring(command: str, policy: Policy) -> Message:
    """Draw how to declare: the severities, and what the policy asks for before."""
    lines = (
        f"`{command} acme export is down` {_declares(policy)}",
        f"`{command} should i` not sure? A few questions, then advice",
        f"`{command} incident` list or declare major incidents",
        f"`{command} programme [account]` propose an account programme",
    )
    return Message("Declaring.", (section(_listed(lines)), *_levels(policy), *_before_escalating(policy)))


def _topics(command: str, policy: Policy) -> dict[str, tuple[str, Sequence[str]]]:
    """Return each topic of commands with its title and its lines."""
    level = f"`{policy.levels[0].code}`, " if policy.only_level is None else ""
    steps = (
        f"`{command} ack {_ABOUT}` acknowledge",
        f"`{command} update`, `mitigate`, `resolve`, `close`, `reopen`, `withdraw` the next step",
        f"`{command} level`, `owner`, `review`, `waive`, `facts`, `verify` open one of its forms",
        f"`{command} now {_ABOUT}` page the next person early",
        f"`{command} acme export is down` {_declares(policy)}",
        f"`{command} incident` list or declare major incidents",
        f"`{command} programme [account]` propose an account programme",
    )
    lists = (
        f"`{command} list mine` open escalations; also {level}`overdue`, `closed`, an account",
        f"`{command} status {_ABOUT}` the card of one",
        f"`{command} account acme` a customer: what's open, owed and past",
        f"`{command} find export totals` search accounts, summaries, updates and reviews",
        f"`{command} followups mine` follow-ups; also `overdue`, `done`, an account, `ESC-n`",
        f"`{command} timeline {_ABOUT}` what happened when",
        f"`{command} audit {_ABOUT}` who changed what, when and why",
        f"`{command} report 30d` the numbers; also `7d`, `quarter`, `of acme`, `region emea`",
    )
    people = (
        f"`{command} oncall [area]` who is on call, now and next",
        f"`{command} away until monday`, `away back` someone else gets your pages",
        f"`{command} training` training for new people, week by week",
        f"`{command} drill` practise an escalation in ten minutes",
        f"`{command} admin` the directory, for admins",
    )
    rules = (
        f"`{command} policy` what the policy promises",
        f"`{command} simulate` what the policy would do",
        f"`{command} should i` not sure? A few questions, then advice",
        f"`{command} help roles` who does what",
    )
    return {
        STEPS: ("Declaring and the next step", steps),
        LISTS: ("Finding and counting", lists),
        PEOPLE: ("People", people),
        POLICY: ("The policy", rules),
    }


def _roles(command: str, policy: Policy) -> Message:
    text = "Who does what."
    lines = [
        *(_duty(slot, policy) for slot in policy.slots if slot.key in _DUTIES),
        "*Anyone* may declare, acknowledge, post updates and bring people in.",
    ]
    others = [escape(_name(slot)) for slot in policy.slots if slot.key not in _DUTIES]
    more = f"Brought in or paged when the policy says so: {' · '.join(others)}. " if others else ""
    cards = role_cards.every()
    principles = all_of(map(escape, policy.wording.principles))
    kept = [context(f"Everyone: {principles}.")] if principles else []
    return Message(text, (section("\n".join(lines)), *cards, *kept, context(f"{more}See `{command} policy`.")))


def _duty(slot: SlotRule, policy: Policy) -> str:
    """Return what the holder of a role does, what the policy reserves for them, and who it is."""
    guards = policy.guards
    reserved = [
        words
        for guard, words in ((guards.override, "sets another severity"), (guards.waive, "waives confirmations"))
        if slot.key in guard.slots
    ]
    does = all_of([_DUTIES[slot.key], *reserved])
    return f"*{escape(_name(slot))}* {does}. Who: {escape(slot.in_words())}."


def _name(slot: SlotRule) -> str:
    words = ROLE_NAMES.get(slot.key, slot.label)
    return words[:1].upper() + words[1:]


def _declares(policy: Policy) -> str:
    return "declare an escalation" if policy.has_issues else "propose an account programme"


def _levels(policy: Policy) -> Iterator[Block]:
    """Yield what each severity means; where there is only one level, what each health of a programme means."""
    if policy.only_level is None:
        levels = (f"{level.emoji} *{escape(level.label)}* {escape(level.short)}" for level in policy.levels)
        yield section("\n".join(["*Severities*", *levels]))
        return
    states = [f"{rule.emoji} *{escape(rule.label)}* {escape(rule.definition)}" for rule in policy.health]
    if states:
        yield section("\n".join(["*Account health*", *states]))


def _before_escalating(policy: Policy) -> Iterator[Block]:
    """Yield what the policy asks people to check before escalating, and what makes a good escalation."""
    intake = policy.intake
    said = [
        f"*{title}:* {escape('; '.join(map(policy.in_its_words, lines)))}"
        for title, lines in (
            ("Before you escalate", intake.do),
            ("Don't", intake.dont),
            ("A good report has", intake.good),
            ("A poor report has", intake.poor),
        )
        if lines
    ]
    if said:
        yield context("\n".join(said))
