"""The report, and the audit: of an escalation for those who may see it, of directory and policy for admins."""

from dataclasses import dataclass
from functools import partial

from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import AUDIT, REPORT
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.views.card import audit_form
from bot.views.directory import settings_audit
from bot.views.kit import ids
from bot.views.reports import report_form


@dataclass(frozen=True)
class AuditHandlers:
    """Handles the pages of both audits."""

    kit: HandlerKit

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_AUDIT_NEWER, self.kit.after_ack(self.turn))
        routes.action(ids.PRESS_AUDIT_OLDER, self.kit.after_ack(self.turn))
        routes.action_beginning(ids.PRESS_REPORT, self.kit.after_ack(self.show_other_days))
        routes.action(ids.PRESS_CHART, self.kit.after_ack(self.send_chart))
        routes.action(ids.PRESS_DEFINITIONS, self.kit.after_ack(self.show_definitions))

    async def turn(self, body: Body) -> None:
        """Show another page. A value without an escalation is about directory and policy."""
        number, _, first = body["actions"][0]["value"].rpartition(":")
        about = int(number) if number else None
        work = partial(draw, self.kit.services, about, int(first), body["user"]["id"])
        await self.kit.forms.fill_with(body["view"]["id"], body["user"]["id"], work)

    async def show_other_days(self, body: Body) -> None:
        """Show the same report over other days; from Home it opens in a form of its own."""
        words, person = body["actions"][0]["value"], body["user"]["id"]
        work = partial(draw_report, self.kit.services, words, person)
        if body["view"]["type"] == "modal":
            await self.kit.forms.fill_with(body["view"]["id"], person, work)
        else:
            await self.kit.forms.open_with(body["trigger_id"], person, work)

    async def send_chart(self, body: Body) -> None:
        """Queue the chart as a picture, and say in the report where it comes."""
        words, person = body["actions"][0]["value"], body["user"]["id"]
        await self.kit.core.run(partial(self.kit.services.charts.send, words, to=person))
        work = partial(draw_report, self.kit.services, words, person, is_chart_queued=True)
        await self.kit.forms.fill_with(body["view"]["id"], person, work)

    async def show_definitions(self, body: Body) -> None:
        """Show on top of the report how its numbers are counted."""
        await self.kit.forms.open_with(body["trigger_id"], body["user"]["id"], report_form.definitions, is_on_top=True)


def draw_report(services: Services, words: str, viewer: str, *, is_chart_queued: bool = False) -> View:
    """Draw a report. Raises NotAMember, NotFound."""
    found, as_chart = services.reports.asked(words, viewer=viewer), services.records.service_settings.draws_new_blocks
    return report_form.draw(found, services.policies.current, as_chart=as_chart, is_chart_queued=is_chart_queued)


def draw(services: Services, number: int | None, first: int, viewer: str) -> View:
    """Draw a page of an escalation's audit, or of that of directory and policy. Raises NotFound, NotAnAdmin."""
    if number is None:
        return settings_audit.draw(services.settings_audit.page(first, viewer=viewer))
    return audit_form.draw(*services.audits.page(number, first, viewer=viewer))


async def _report(kit: HandlerKit, typed: TypedVerb) -> None:
    """Open the report that the words ask for."""
    work = partial(draw_report, kit.services, typed.rest, typed.person)
    await kit.forms.open_with(typed.trigger, typed.person, work)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    AuditHandlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    """Open the audit of the escalation that was named, or whose channel it is; elsewhere that of the settings."""
    implied = partial(kit.services.escalations.implied_by, typed.rest, typed.channel, viewer=typed.person)
    number = await kit.core.run(implied)
    await kit.forms.open_with(typed.trigger, typed.person, lambda: draw(kit.services, number, 0, typed.person))


CONVERSATION = Conversation(_listen, verbs={AUDIT: _typed, REPORT: _report})
