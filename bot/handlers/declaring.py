"""Declaring: the form, its explanation while it is filled in, and its submission."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from slack_bolt.async_app import AsyncAck

from bot.database.policies import Policies
from bot.database.transaction import Core, is_away
from bot.errors import FormError, NotFound, OutsideError
from bot.handlers.kit.account_lookup import AccountLookup
from bot.handlers.kit.account_menu import AccountMenu, described
from bot.handlers.kit.after_ack import AfterAck, Body, acknowledge
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.forms import NOT_OPENED, NOT_REDRAWN, FormRegistry
from bot.handlers.kit.open_forms import OpenForms
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import DECLARE
from bot.policy.model.facts import Issue
from bot.policy.model.rules import Policy
from bot.ports.workspace import View, ViewGoneError, Workspace
from bot.services.accounts.account_index import IndexedAccount
from bot.services.declaring.burst_queue import BurstQueue, QueuedDeclaration
from bot.services.declaring.declaration import Declaration, Report
from bot.services.declaring.declaration_previews import DeclarationPreviews
from bot.services.declaring.declarations import Declarations
from bot.services.overview.escalations import STILL_OF_USE
from bot.views.declaring import declare_form, message_words, receipts
from bot.views.declaring.declaration_draft import DeclarationDraft, Origin
from bot.views.declaring.declare_form import LEVEL_REASON_BLOCK
from bot.views.declaring.outcome import Explanation
from bot.views.kit import ids
from bot.views.kit.account_choice import CHOOSE_ACCOUNT, AccountChoice
from bot.views.kit.text import one_line
from bot.views.programmes import programme_forms
from bot.views.training import tree_form

_PRIVATE = ("directmessage", "privategroup", "mpdm-")
# How long the form waits for what its answers lead to.
_EXPLANATION_SECONDS = 2.0
# How long the form of a message waits for the names of the people it mentions.
_NAMES_SECONDS = 0.5


@dataclass(frozen=True)
class DeclareHandlers:
    """Handles the declare form."""

    core: Core
    workspace: Workspace
    forms: FormRegistry
    after_ack: AfterAck
    declarations: Declarations
    previews: DeclarationPreviews
    burst_queue: BurstQueue
    account_lookup: AccountLookup
    policies: Policies
    account_menu: AccountMenu
    open_forms: OpenForms

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.DECLARE, self.submit)
        routes.view(ids.DECLARED, acknowledge)
        routes.shortcut(ids.SHORTCUT_DECLARE, self.after_ack(self.open_from_shortcut))
        routes.shortcut(ids.SHORTCUT_FROM_MESSAGE, self.after_ack(self.open_from_message))
        routes.action(ids.PRESS_DECLARE, self.after_ack(self.open_from_shortcut))
        routes.action(ids.PRESS_DECLARE_WORDS, self.after_ack(self.open_from_reply))
        routes.options(ids.ACCOUNT, self.account_menu.offer)
        for control in (ids.ACCOUNT, ids.LEVEL, ids.BROKEN, ids.AFFECTED, ids.AREA, ids.CATEGORY, ids.TRIGGERS):
            routes.action(control, self.after_ack(self.explain))
        routes.action(ids.USE_ACCOUNT, self.after_ack(self.use_account))
        routes.action(ids.USE_CATEGORY, self.after_ack(self.use_category))
        routes.action(ids.MORE_OPTIONS, self.after_ack(self.show_more))
        routes.action(ids.QUOTE, self.after_ack(self.quote))
        routes.action(ids.JOIN, self.after_ack(self.join))
        routes.action(ids.RETRY, self.after_ack(self.retry))
        routes.action(ids.OPEN_CHANNEL, self.after_ack(self.channel_opened))

    async def channel_opened(self, body: Body) -> None:
        """Show in the form that the channel is open behind it."""
        view = body["view"]
        drawn = receipts.behind(view["title"]["text"], view["private_metadata"])
        await self.forms.fill(view["id"], drawn, body["user"]["id"])

    async def open_from_command(self, text: str, trigger: str, person: str, origin: Origin | None = None) -> None:
        """Open the form for `/escalate …`, with account and summary filled in from the typed text."""
        account, rest, near = await self.account_lookup.begins(text, viewer=person)
        draft = _about(account, near)
        await self._open_form(replace(draft, summary=one_line(rest), origin=origin), trigger, person)

    async def open_from_shortcut(self, body: Body) -> None:
        """Open the empty form, or one that begins with the severity that the decision tree found."""
        on_home = (body.get("view") or {}).get("type") == "home"
        draft, policy = DeclarationDraft(origin=_asked_in(body), on_home=on_home), self.policies.current
        pressed = body.get("actions") or [{}]
        level = tree_form.level_of(str(pressed[0].get("value", "")))
        if level is not None and policy.matrix is None:
            draft = replace(draft, level=level).under(policy)
        await self._open_form(draft, body["trigger_id"], body["user"]["id"])

    async def open_from_reply(self, body: Body) -> None:
        """Open the form with the words of a command that was read in another way."""
        origin = _asked_in(body)
        typed, person = body["actions"][0]["value"], body["user"]["id"]
        await self.open_from_command(typed, body["trigger_id"], person, origin)

    async def open_from_message(self, body: Body) -> None:
        """Open the form with a message quoted and linked: its account, its first sentence as the summary.

        One of a private conversation is quoted only when the person has read who will see it.
        """
        message, channel, person = body["message"], body["channel"], body["user"]["id"]
        ts, thread = message["ts"], message.get("thread_ts")
        permalink = f"{self.workspace.url}archives/{channel['id']}/p{ts.replace('.', '')}"
        if thread and thread != ts:
            permalink += f"?thread_ts={thread}&cid={channel['id']}"
        said = message_words.words(message, await self._names(message_words.people_in(message)))
        named = await self.account_lookup.mentioned(said, viewer=person)
        draft = replace(
            _about(named[0], ()) if len(named) == 1 else _about(None, named),
            permalink=permalink,
            origin=_asked_in(body),
        )
        if str(channel.get("name")).startswith(_PRIVATE):
            draft = replace(draft, unquoted=said)
        else:
            draft = replace(draft, summary=message_words.first_sentence(said), description=said)
        await self._open_form(draft, body["trigger_id"], person)

    async def show_more(self, body: Body) -> None:
        """Show the questions behind "More options"."""
        view = body["view"]
        read, policy = await self._read(view)
        draft = replace(read, more=True).under(policy)
        await self._explain(view["id"], view["hash"], draft, policy, body["user"]["id"])

    async def quote(self, body: Body) -> None:
        """Quote the message of a private conversation after all."""
        view = body["view"]
        read, policy = await self._read(view)
        draft = read.under(policy)
        said = "\n\n".join(part for part in (draft.description.strip(), draft.unquoted) if part)
        draft = replace(draft, description=said, unquoted="", quoted=True)
        await self._explain(view["id"], view["hash"], draft, policy, body["user"]["id"])

    async def _names(self, people: Sequence[str]) -> Mapping[str, str]:
        """Return the names of the people a message mentions; none if the database is slow or unavailable."""
        if not people:
            return {}
        try:
            async with asyncio.timeout(_NAMES_SECONDS):
                return await self.core.run(self.previews.names, people)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            return {}

    async def explain(self, body: Body) -> None:
        """Update the form with what the answers so far lead to."""
        view = body["view"]
        read, policy = await self._read(view)
        draft = read.under(policy)
        if body["actions"][0]["action_id"] in (ids.CATEGORY, ids.TRIGGERS):
            draft = draft.started_by_category(policy)
        await self._explain(view["id"], view["hash"], draft, policy, body["user"]["id"])

    async def use_account(self, body: Body) -> None:
        """Select one of the accounts that the typed name may mean."""
        view, number, person = body["view"], int(body["actions"][0]["value"]), body["user"]["id"]
        known = await self.account_lookup.get(number, viewer=person)
        if known is not None:
            choice = AccountChoice(known.id, known.name)
            read, policy = await self._read(view)
            draft = replace(read, account=choice, picked=True).under(policy)
            await self._explain(view["id"], view["hash"], draft, policy, person)

    async def use_category(self, body: Body) -> None:
        """Select the suggested category."""
        view, key = body["view"], body["actions"][0]["value"]
        read, policy = await self._read(view)
        draft = replace(read, category=key, applied=True).under(policy).started_by_category(policy)
        await self._explain(view["id"], view["hash"], draft, policy, body["user"]["id"])

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Declare, and close the form: a line stands where it was asked for. A form submitted twice declares once."""
        view = body["view"]
        read, policy = await self._read(view)
        draft = read.answered(policy)
        declaration = declaration_of(draft)
        queued = QueuedDeclaration(declaration=declaration, by=body["user"]["id"], view_id=view["id"])
        try:
            await self.burst_queue.submit(queued)
        except FormError as error:
            blocks = {
                "account": draft.account_block,
                "category": draft.category_block,
                "level": draft.level_block,
            }
            raise FormError.of({blocks.get(block, block): why for block, why in error.at.items()}) from None
        self.open_forms.forget(view["id"])
        await ack()

    async def join(self, body: Body) -> None:
        """Add the person to an open escalation, and post there what they typed, instead of declaring another."""
        view, number, person = body["view"], int(body["actions"][0]["value"]), body["user"]["id"]
        draft, policy = await self._read(view)
        report = Report(
            summary=draft.summary,
            description=draft.description,
            permalink=draft.permalink if draft.description else None,
            is_private=draft.is_private(policy),
        )
        try:
            facts = await self.core.run(self.declarations.join, number, report, by=person)
        except (FormError, NotFound) as error:
            # The form stays as it is, and says why.
            await self._explain(view["id"], view["hash"], draft.under(policy), policy, person, remark=str(error))
            return
        self.open_forms.forget(view["id"])
        drawn = receipts.joined(facts, self.workspace.url, is_reported=not report.is_empty)
        await self.forms.fill(view["id"], drawn, person, otherwise=NOT_REDRAWN)

    async def retry(self, body: Body) -> None:
        """Retry what failed, and say so in place of the button."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        facts = await self.core.run(self.declarations.retry, number, by=person)
        if body.get("response_url"):
            line = receipts.retried(facts)
            answer = {"replace_original": True, "text": line.text, "blocks": list(line.blocks)}
            await self.workspace.respond(body["response_url"], answer)

    async def _read(self, view: View) -> tuple[DeclarationDraft, Policy]:
        """Parse a form; return it with the policy in force or, if that doesn't offer what was chosen, its own."""
        draft, policy = declare_form.read(view), self.policies.current
        if not draft.fits(policy):
            policy = await self.core.run(self.declarations.policy_drawn_with, draft.drawn_with)
        if policy is self.policies.current:
            draft = replace(draft, drawn_with=self.policies.digest)
        return draft, policy

    async def _open_form(self, draft: DeclarationDraft, trigger: str, person: str) -> None:
        policy = self.policies.current
        if not policy.has_issues:
            # Whatever is declared is the programme of an account.
            form = programme_forms.propose(
                draft.account,
                policy,
                summary=draft.summary,
                permalink=draft.permalink,
                origin=draft.origin,
                drawn_with=self.policies.digest,
            )
            await self.forms.open_with(trigger, person, lambda: form)
            return
        is_begun = draft.account is not None or draft.level is not None
        draft = replace(draft.answered(policy), drawn_with=self.policies.digest)
        try:
            view_id = await self.workspace.open_view(trigger, self._draw(draft, policy, None))
        except OutsideError as error:
            structlog.get_logger().warning("form not opened", error=str(error))
            await self.forms.answers.say(NOT_OPENED, person, fresh_for=STILL_OF_USE)
            return
        if is_begun:
            await self._explain(view_id, None, draft, policy, person)

    async def _explain(
        self,
        view_id: str,
        known_hash: str | None,
        draft: DeclarationDraft,
        policy: Policy,
        person: str,
        *,
        remark: str | None = None,
    ) -> None:
        """Update a form, one update after another, and never after it was submitted."""
        form = self.open_forms.of(view_id)
        async with form.updating:
            explanation, trouble = await self._explanation_or_remark(draft, policy, person)
            try:
                drawn = self._draw(draft, policy, explanation, remark or trouble)
                form.hash = await self.workspace.update_view(view_id, drawn, expected=form.hash or known_hash)
            except ViewGoneError:
                self.open_forms.forget(view_id)
            except OutsideError as error:
                # The explanation is optional: the form is open and can be submitted without it.
                structlog.get_logger().warning("form not updated", error=str(error))

    async def _explanation_or_remark(
        self, draft: DeclarationDraft, policy: Policy, person: str
    ) -> tuple[Explanation | None, str | None]:
        """Return what the answers lead to; if the database is unavailable, a remark for the form."""
        try:
            async with asyncio.timeout(_EXPLANATION_SECONDS):
                return await self._explanation(draft, policy, person), None
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            structlog.get_logger().warning("form not updated", error=repr(error))
            return None, declare_form.NOT_EXPLAINED

    async def _explanation(self, draft: DeclarationDraft, policy: Policy, person: str) -> Explanation | None:
        if draft.account is None and draft.level is None and draft.category is None:
            return None
        found = await self.core.run(
            self.previews.preview,
            account_id=draft.account.account_id if draft.account else None,
            new_account=draft.account.name if draft.account else None,
            issue=Issue(
                level=draft.level,
                answers=draft.answers,
                category=draft.category,
                triggers=frozenset(draft.triggers),
            ),
            area=draft.area,
            by=person,
            reported_at=draft.beginning.reported_at,
            policy=policy,
        )
        return Explanation(
            decision=found.decision,
            holders=found.holders,
            invited=found.invited,
            others=found.others,
            at=found.at,
        )

    def _draw(
        self, draft: DeclarationDraft, policy: Policy, explanation: Explanation | None, remark: str | None = None
    ) -> View:
        areas = self.previews.people.directory.areas
        return declare_form.draw(draft, policy, areas, explanation, remark=remark)


def _asked_in(body: Body) -> Origin | None:
    """Return where a shortcut or a button was pressed; None outside of channels, for example on Home."""
    channel = (body.get("channel") or {}).get("id")
    if channel is None:
        return None
    return Origin(channel, body.get("response_url"), (body.get("message") or {}).get("thread_ts"))


def _about(account: IndexedAccount | None, near: Sequence[IndexedAccount]) -> DeclarationDraft:
    """Return the draft for an account, or for the choice of those that may be meant."""
    if account is not None:
        return DeclarationDraft(account=AccountChoice(account.id, account.name))
    return DeclarationDraft(alike=tuple((AccountChoice(one.id, one.name), described(one, 0)) for one in near))


def declaration_of(draft: DeclarationDraft) -> Declaration:
    """Check what Slack can't: a summary must not be blank. Raises FormError with everything that is missing."""
    unexplained = draft.level_reason is not None and not one_line(draft.level_reason)
    missing = {
        **({draft.account_block: CHOOSE_ACCOUNT} if draft.account is None else {}),
        **({} if one_line(draft.summary) else {"summary": "Enter what's happening."}),
        **(_without_level(draft) if draft.level is None else {}),
        **({LEVEL_REASON_BLOCK: "Enter a reason."} if unexplained else {}),
    }
    if missing or draft.account is None or draft.level is None:
        raise FormError.of(missing)
    return Declaration(
        account_id=draft.account.account_id,
        new_account=draft.account.name if draft.account.account_id is None else None,
        summary=one_line(draft.summary),
        level=draft.level,
        answers=draft.answers,
        description=draft.description.strip(),
        area=draft.area,
        permalink=draft.permalink,
        category=draft.category,
        triggers=draft.triggers,
        level_reason=one_line(draft.level_reason or "") or None,
        confidential=draft.confidential,
        beginning=draft.beginning,
        channel=draft.origin.channel if draft.origin else None,
        response_url=draft.origin.response_url if draft.origin else None,
        thread=draft.origin.thread if draft.origin else None,
        directly=draft.origin is None and not draft.on_home,
        on_home=draft.on_home,
        drawn_with=draft.drawn_with,
    )


def _without_level(draft: DeclarationDraft) -> dict[str, str]:
    """Return what is missing for a level: itself, or the answers that give it."""
    if not draft.by_matrix:
        return {draft.level_block: "Choose a severity."}
    asked = {ids.BROKEN: draft.broken, ids.AFFECTED: draft.affected}
    missing = {key: "Choose an answer." for key, answer in asked.items() if answer is None}
    return missing or {ids.AFFECTED: "The policy has changed. Close this form and open it again."}


def _handlers(kit: HandlerKit) -> DeclareHandlers:
    services = kit.services
    return DeclareHandlers(
        kit.core,
        kit.workspace,
        kit.forms,
        kit.after_ack,
        services.declarations,
        services.declaration_previews,
        services.burst_queue,
        kit.account_lookup,
        services.policies,
        kit.account_menu,
        kit.open_forms,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    origin = Origin(typed.channel, typed.response_url)
    await _handlers(kit).open_from_command(typed.rest, typed.trigger, typed.person, origin)


CONVERSATION = Conversation(_listen, verbs={DECLARE: _typed})
