"""The form that corrects the summary, the description and the account."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import ExternalDataSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.declaring.declare_form import SUMMARY_LIMIT
from bot.views.kit import ids, labels
from bot.views.kit.account_choice import AccountChoice, account_option
from bot.views.kit.form_values import text_of
from bot.views.kit.parts import modal, question, section, text_input
from bot.views.kit.text import one_line, plain

_DESCRIPTION_LIMIT: Final = 3000


@dataclass(frozen=True, slots=True)
class CorrectionAnswers:
    """The values of the form; without an account it stays."""

    summary: str
    description: str
    account: AccountChoice | None


def draw(facts: EscalationFacts, policy: Policy, account_id: int) -> View:
    """Draw the form, filled in with what is on record. A programme keeps its account."""
    title = "Edit summary" if facts.is_programme else "Edit summary or account"
    blocks = [*_blocks(facts, policy, account_id)]
    return modal(ids.EDIT, title, blocks, submit="Save", metadata=json.dumps({"number": facts.number}))


def read(view: Mapping[str, Any]) -> CorrectionAnswers:
    """Parse the form."""
    chosen = view["state"]["values"].get("account", {}).get(ids.EDIT_ACCOUNT, {}).get("selected_option")
    account = AccountChoice.read(chosen["value"], chosen["text"]["text"]) if chosen else None
    return CorrectionAnswers(one_line(text_of(view, "summary")), text_of(view, "description"), account)


def _blocks(facts: EscalationFacts, policy: Policy, account_id: int) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)} · {facts.key}")
    yield question("summary", "Summary", text_input("summary", initial=facts.summary, limit=SUMMARY_LIMIT))
    described = text_input("description", initial=facts.description or None, multiline=True, limit=_DESCRIPTION_LIMIT)
    yield question("description", "Description", described, optional=True)
    if not facts.is_programme:
        yield question(
            "account",
            "Account",
            ExternalDataSelectElement(
                action_id=ids.EDIT_ACCOUNT,
                placeholder=plain("Type a name", 150),
                initial_option=account_option(AccountChoice(account_id, facts.account.name), None),
                min_query_length=0,
            ),
            hint="We check severity against this account. Owners stay.",
        )
