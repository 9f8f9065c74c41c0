"""What a form did, in one line for who sent it from another channel. It names no customer: others may read there."""

from collections.abc import Mapping
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts, role_name
from bot.views.kit import ids, labels
from bot.views.kit.text import escape, link, person
from bot.views.levels import level_forms

_STATUS: Final = frozenset({ids.MITIGATE, ids.RESOLVE, ids.CLOSE, ids.WITHDRAW})
# What became of a customer's text with an update; one that was sent or told has no such state any more.
_TEXTS: Final[Mapping[TextState, str]] = {
    TextState.DRAFT: "update posted. The customer's text is a draft",
    TextState.APPROVED: "update posted. The customer's text is on its way",
    TextState.FAILED: "update posted. The customer's text didn't arrive",
}


def draw(form: str, title: str, facts: EscalationFacts, policy: Policy, by: str, workspace_url: str) -> str:
    """Return it, with a link to the escalation's channel. `form` and `title` are those of the form, `by` sent it."""
    if form == ids.CHANGE_LEVEL and any(one.by == by for one in facts.level_requests):
        return level_forms.asked(facts, policy)
    opens = f" {link(f'{workspace_url}archives/{facts.channel_id}', 'Open channel')}" if facts.has_channel else ""
    return f"{facts.key}: {_done(form, title, facts, policy, by)}.{opens}"


def _done(form: str, title: str, facts: EscalationFacts, policy: Policy, by: str) -> str:
    """Return what was done, as the record has it now."""
    if form in _STATUS:
        return labels.status_words(facts).lower()
    if form == ids.REOPEN and facts.is_live:
        return "reopened"
    if form == ids.PICK:
        return "you acknowledged it"
    if form == ids.UPDATE:
        return _updated(facts, by)
    if form == ids.CHANGE_LEVEL:
        return f"it's {escape(labels.level_of(facts, policy).label)}"
    if form == ids.ASSIGN:
        offered = next((one for one in facts.handovers if one.by == by), None)
        asked_of = f"{person(offered.person)} is asked to be {role_name(offered.role)}" if offered is not None else ""
        return asked_of or f"the owners are {labels.owners(facts)}"
    if form == ids.WAIT and facts.waiting is not None:
        return "waiting on the customer"
    return f"*{escape(title)}* is done"


def _updated(facts: EscalationFacts, by: str) -> str:
    kept = facts.open_text
    if kept is None or kept.by != by:
        return "update posted"
    if kept.state is TextState.ASKED:
        return f"update posted. The customer's text waits for {person(kept.asked_of or by)} to approve"
    return _TEXTS.get(kept.state, "update posted")
