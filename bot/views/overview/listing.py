"""Lists and responses to commands: the answer to "who is escalated?"."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial

from bot.errors import UnreadableRecord
from bot.policy.decide.account_programme import Programme, ProgrammeMembership
from bot.policy.decide.card_counts import CardCounts
from bot.policy.decide.lifecycle import Move
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.plan.digest import DigestLine
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.card import card
from bot.views.kit import ids, labels, lines, picking
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import escape, moment, person

_SHOWN = 20
_NO_COUNTS = CardCounts()


def line(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    """Return an escalation in two short lines."""
    marks = "".join(f" · {mark}" for mark in labels.marks(facts))
    if facts.is_proposed:
        title = f"{labels.title(facts, policy)} · {facts.key} · {labels.status(facts)}{marks}"
        return f"{title}\n{labels.summary(facts, 120)}. Proposed by {person(facts.declared_by)}"
    return (
        f"{labels.title(facts, policy)} · {facts.key} · {labels.status(facts)} · {labels.where(facts)}{marks}\n"
        f"{labels.summary(facts, 120)}. {labels.owners(facts)}. "
        f"Next customer update: {labels.next_customer_update(facts, policy, now)}"
    )


def everything(
    found: Excerpt[tuple[EscalationFacts, Policy]], now: datetime, unreadable: Sequence[str] = (), *, next_page: str
) -> Message:
    """Draw the escalations that aren't closed, highest level first, and name the unreadable ones.

    `next_page` is the command that shows the next page.
    """
    if not found.total and not unreadable:
        text = "Nobody is escalated. If a customer is in trouble, declare it: escalating is not a failure."
        return Message(text, (section(text), actions(button("Declare an escalation", ids.PRESS_DECLARE, "list"))))
    text = f"{found.total} escalation{'s' if found.total != 1 else ''} not closed"
    if found.before:
        text = f"{text}, from number {found.first + 1} on"
    return Message(text, (*_lines(text, found, now, next_page), *cannot_be_read(unreadable)))


def _lines(
    title: str, found: Excerpt[tuple[EscalationFacts, Policy]], now: datetime, next_page: str
) -> Iterator[Block]:
    yield header(title)
    for facts, policy in found.shown:
        yield section(lines.line(facts.key, partial(line, facts, policy, now)))
    if found.after:
        yield context(
            f"{found.after} more; ask for one with `status` and an account or ESC-n, or for the next ones with "
            f"`{escape(next_page)}`."
        )


def cannot_be_read(keys: Sequence[str]) -> Iterator[Block]:
    """Yield a note on the escalations left out because their record is broken, and who can help."""
    if keys:
        shown = ", ".join(keys[:_SHOWN]) + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "")
        yield context(f":warning: {shown} can't be read. Ask an admin to run `escalate doctor`.")


def status(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    around: Programme | ProgrammeMembership | None = None,
    counts: CardCounts = _NO_COUNTS,
    hidden: Collection[Move] = (),
) -> Message:
    """Draw one escalation completely, but for what `hidden` names. Raise UnreadableRecord if it can't be drawn."""
    try:
        drawn = card.draw(facts, policy, now, around, counts, hidden)
    except Exception as error:
        lines.note(facts.key, error)
        raise UnreadableRecord(facts.key, repr(error)) from error
    return Message(drawn.text, (section(f"{facts.key} in {labels.where(facts)}"), *drawn.blocks))


def draw_everywhere(facts: EscalationFacts, policy: Policy, now: datetime) -> None:
    """Draw an escalation as lists, menus and cards do, to see whether it can be; raises whatever they raise."""
    line(facts, policy, now)
    picking.label(facts)
    status(facts, policy, now)


def digest_line(found: DigestLine) -> str:
    """Return a digest line, the most notable facts first."""
    facts, policy = found.facts, found.policy
    marks = [f":rotating_light: late: {', '.join(found.breached)}"] if found.breached else []
    if found.unacknowledged:
        marks.append(":bangbang: nobody has acknowledged it")
    marks += [f":calendar: {name} due {moment(at, str(policy.zone))}" for name, at in found.due_today]
    marks += [labels.status(facts)] if facts.is_proposed else []
    marks += labels.marks(facts)
    words = f"{labels.title(facts, policy)} · {facts.key} · {labels.where(facts)}\n{labels.summary(facts, 120)}"
    return f"{words}\n{' · '.join(marks)}" if marks else words


def _before_escalating(policy: Policy) -> Iterator[Block]:
    """Yield what the policy asks people to check before escalating, and what makes a good escalation."""
    intake = policy.intake
    said = [
        f"*{title}:* {escape('; '.join(lines))}"
        for title, lines in (
            ("Before, where there is time", intake.do),
            ("Do not", intake.dont),
            ("A good one has", intake.good),
            ("A poor one has", intake.poor),
        )
        if lines
    ]
    if said:
        yield section("\n".join(said))


def help_text(command: str, policy: Policy) -> Message:
    """Draw the command's help, with the policy's levels."""
    levels = "\n".join(f"{level.emoji} *{escape(level.label)}* {escape(level.short)}" for level in policy.levels)
    text = f"Escalate: type {command} to declare, {command} list to see who is escalated."
    blocks = (
        section(
            f"*When an important customer is in trouble, type `{command}`.* A channel opens with the right people in "
            "it, the policy sets the level, clocks run, and nobody has to remember the next update."
        ),
        section(
            f"`{command}` opens the form; `{command} acme export is down` fills it in\n"
            f"`{command} list` who is escalated, everybody's one true answer\n"
            f"`{command} status [account or ESC-n]` how one of them stands\n"
            f"`{command} ack`, `update`, `mitigate`, `resolve`, `close`, `reopen`, `level`, `owner`, `review`, "
            "`waive`, `withdraw`, `facts`, `verify`, each with `[account or ESC-n]`: what the buttons do, anywhere\n"
            f"`{command} policy` what each level means and promises; `{command} simulate` what would happen, and why\n"
            f"`{command} incident` which major incidents last; make one, join one, or say that it is over\n"
            f"`{command} programme [account]` propose a programme for an account at risk\n"
            f"`{command} help` this"
        ),
        section(f"*The levels*\n{levels}"),
        *_before_escalating(policy),
        context(
            "On a message: More actions → Escalate this message. If you are not sure, escalate: that is no failure."
        ),
    )
    return Message(text, blocks)
