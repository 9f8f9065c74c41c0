"""Account weight: new data about a customer raise a level at once, and propose a lighter one to the manager."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.app import build_services
from bot.services.levels import reassessments
from bot.settings import load
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.stories.programmes.proposing import accept, propose
from tests.support.person import Seen
from tests.support.story import ACCOUNTS, Story, moment
from tests.support.story import story as told

HEADER = ACCOUNTS.partition("\n")[0]


@pytest.fixture
def three_tiers(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under the policy that multiplies and switches calendars."""
    with told(database_url, folder, policy="three-tier") as begun:
        yield begun


def bring(story: Story, row: str) -> None:
    """Import one account from another process, as the command line does, and let the bot notice."""
    services = build_services(load(database_url=story.database_url), clock=story.clock, real_clock=story.real_clock)
    services.account_import.load(f"{HEADER}\n{row}\n".encode(), "accounts.csv")
    services.core.close()
    story.settle()


def acme(*, tier: str = "standard", plan: str = "business", health: int = 82, renewal: str = "2027-03-31") -> str:
    """Return Acme's row."""
    return f"Acme,acme.example,{tier},{plan},{health},{renewal},ana@example.com,,exports,https://crm.example/acme"


def of_the_data(story: Story, number: int) -> list[str]:
    """Return what has been said about the account's data."""
    return [said for said in story.said(number) if "ccount data" in said]


def proposals(story: Story, who: str = "maria") -> list[Seen]:
    """Return what somebody was asked about better data."""
    return [message for message in story.direct(who) if "improved. " in message.text]


def test_worse_data_raise_the_level_and_say_why(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert "maria" not in story.members(number)
    story.forward(minutes=20)
    bring(story, acme(health=41))
    facts = story.facts(number)
    assert facts.level == facts.highest_level == "sev2"
    reason = "Sev 3 chosen → Sev 2, because health 41 is below 60"
    rises = "Account data changed: Sev 3 → *Sev 2*."
    assert f"{rises} {reason}" in story.last(number).text
    assert f"*Why Sev 2:* {reason}" in story.card(number).all_text
    assert "Clocks kept their start" in story.card(number).all_text
    assert story.channel(number)["topic"] == (
        "Sev 2 · Unacknowledged · acknowledge by 6 Mar 11:00 AM EST · ESC-1 · Acme: Exports are down"
    )
    assert "maria" in story.members(number)
    # The response clock keeps its start: an hour from the declaration.
    assert facts.response.counted_from is None
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 12:00")
    feed = [message.text for message in story.messages("escalations")]
    assert any("Sev 3 → Sev 2, account data changed." in line for line in feed)


def test_a_rise_to_the_top_pages_the_fix_owner(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.pages("dana") == []
    bring(story, acme(tier="strategic"))
    assert story.facts(number).level == "sev1"
    assert len(story.pages("dana")) == 1


def test_the_same_data_and_other_columns_change_nothing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.forward(minutes=5)
    revision = story.facts(number).revision
    bring(story, acme())
    bring(story, acme().replace("acme.example", "acme.test"))
    assert of_the_data(story, number) == []
    assert story.facts(number).revision == revision


def test_better_data_propose_a_lighter_level_and_the_manager_approves_it(any_transport: Story) -> None:
    story = any_transport
    number = story.declare(account="Initech", level="sev3", at="Fri 2026-03-06 10:00")
    assert story.facts(number).level == "sev2"
    story.forward(minutes=5)
    bring(story, "Initech,initech.example,standard,business,75,,ana@example.com,,,")
    assert story.facts(number).level == "sev2"
    [proposal] = proposals(story)
    assert "improved. Lower to *Sev 3*?" in proposal.text
    assert "No longer so: Sev 3 chosen → Sev 2, because health 54 is below 60" in proposal.all_text
    assert "Waiting for <@U01MARIA>: account data suggests *Sev 3*." in story.card(number).all_text
    assert "Lower to *Sev 3*?" in story.last(number).text

    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=proposal)
    facts = story.facts(number)
    assert (facts.level, facts.override, facts.trace, facts.level_requests) == ("sev3", None, (), ())
    assert "<@U01MARIA> approved the proposed change: Sev 2 → *Sev 3*." in story.last(number).text
    assert "Approved by <@U01MARIA>" in proposals(story)[0].all_text


def test_a_declined_fall_is_proposed_again_only_when_the_data_change(story: Story) -> None:
    number = story.declare(account="Initech", level="sev3", at="Fri 2026-03-06 10:00")
    bring(story, "Initech,initech.example,standard,business,75,,ana@example.com,,,")
    story.press("maria", ids.PRESS_DECLINE_LEVEL, on=proposals(story)[0])
    assert story.submit("maria", reason="They are still upset.")["result"] == "closed"
    assert story.facts(number).level == "sev2"
    assert "<@U01MARIA> kept the severity" in story.last(number).text
    kept = "Kept by the manager, although account data now suggests Sev 3."
    assert kept in story.card(number).all_text
    story.skip(days=4)
    assert len(proposals(story)) == 1
    assert kept in story.card(number).all_text
    bring(story, "Initech,initech.example,standard,business,91,,ana@example.com,,,")
    assert len(proposals(story)) == 2


def test_a_proposal_is_made_once_and_withdrawn_when_the_data_turn_back(story: Story) -> None:
    number = story.declare(account="Initech", level="sev3", at="Fri 2026-03-06 10:00")
    bring(story, "Initech,initech.example,standard,business,75,,ana@example.com,,,")
    bring(story, "Initech,initech.example,standard,business,80,,ana@example.com,,,")
    assert len(proposals(story)) == 1
    bring(story, "Initech,initech.example,standard,business,50,,ana@example.com,,,")
    facts = story.facts(number)
    assert (facts.level, facts.level_requests) == ("sev2", ())
    assert "No answer needed" in proposals(story)[0].all_text
    assert "*Why Sev 2:* Sev 3 chosen → Sev 2, because health 50 is below 60" in story.card(number).all_text


def test_a_renewal_window_is_noticed_on_the_day_it_opens(story: Story) -> None:
    bring(story, acme(health=70, renewal="2026-06-09"))
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert story.facts(number).level == "sev3"
    story.skip_to("Tue 2026-03-10 23:59")
    assert story.facts(number).level == "sev3"
    story.skip_to("Wed 2026-03-11 00:01")
    assert story.facts(number).level == "sev2"
    assert f"the renewal is on {day(date(2026, 6, 9))}" in story.card(number).all_text


def test_an_override_holds_whatever_the_data_say(story: Story) -> None:
    number = story.declare(account="Initech", level="sev3", at="Fri 2026-03-06 10:00")
    story.menu("maria", "level", number, level="sev3", reason="They agreed to wait.")
    bring(story, "Initech,initech.example,strategic,business,12,,ana@example.com,,,")
    bring(story, "Initech,initech.example,standard,business,99,,ana@example.com,,,")
    assert story.facts(number).level == "sev3"
    assert of_the_data(story, number) == []
    assert "set by <@U01MARIA>: They agreed to wait." in story.card(number).all_text


def test_what_is_over_is_left_alone(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    bring(story, acme(health=10))
    assert (story.facts(number).level, of_the_data(story, number)) == ("sev3", [])


def test_earlier_due_times_are_applied_and_later_ones_proposed(three_tiers: Story) -> None:
    story = three_tiers
    number = story.declare(account="Acme", level="high", at="Fri 2026-03-06 10:00")
    before = story.facts(number).response.terms
    bring(story, acme(plan="enterprise"))
    facts = story.facts(number)
    assert facts.level == "high"
    assert facts.response.terms is not None
    assert str(facts.response.terms.target) == "2h"
    assert "less time remains: response 4 business hours → 2 hours" in story.last(number).text
    assert "because the plan is enterprise" in story.card(number).all_text

    bring(story, acme(plan="business"))
    assert story.facts(number).response.terms == facts.response.terms
    [proposal] = proposals(story)
    assert "Allow more time?" in proposal.text
    assert "Response 2 hours → 4 business hours" in proposal.all_text
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=proposal)
    assert story.facts(number).response.terms == before
    assert "approved the proposed change: more time." in story.last(number).text


def test_a_clock_that_has_stopped_is_not_judged_again(three_tiers: Story) -> None:
    story = three_tiers
    number = story.declare(account="Acme", level="high", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    response = story.facts(number).response
    bring(story, acme(plan="enterprise"))
    assert story.facts(number).response == response
    assert "less time remains: resolution" in story.last(number).text
    bring(story, acme(plan="enterprise", health=81))
    assert len(of_the_data(story, number)) == 1


def test_the_history_of_a_change_by_hand_leaves_the_escalation_itself_out(story: Story) -> None:
    number = story.declare(account="Globex", level="sev3", at="Fri 2026-03-06 10:00")
    trace = story.facts(number).trace
    story.menu("maria", "level", number, level="sev1", reason="A launch.")
    assert story.facts(number).trace[:-1] == trace


def test_one_that_cannot_be_evaluated_waits_an_hour_and_holds_up_nobody(
    story: Story, defects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its account stays changed, so it would be due again at once, for ever."""
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")

    def breaks(_change: object) -> bool:
        raise ValueError("not this one")

    with monkeypatch.context() as broken:
        broken.setattr(reassessments, "_carry_out", breaks)
        bring(story, acme(health=41))
        assert not story.program.services.reassessments.due()
    assert "reassessment failed" in defects[0]
    defects.clear()
    assert story.facts(number).level == "sev3"
    story.forward(minutes=61)
    assert story.facts(number).level == "sev2"


def test_two_processes_weigh_an_account_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    second = story.join_by_another()
    bring(story, acme(health=41))
    second.services.reassessments.run()
    story.settle()
    assert sum("Account data changed" in said for said in story.said(number)) == 1


def test_the_feed_gets_nothing_about_a_confidential_one(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", category="legal_compliance", at="Fri 2026-03-06 10:00")
    assert story.facts(number).is_private
    bring(story, acme(health=41))
    assert story.facts(number).level == "sev2"
    assert not any(channel.get("name") == "escalations" for channel in story.state()["channels"])


def test_a_proposed_programme_is_weighed_once_it_has_been_accepted(story: Story) -> None:
    number = propose(story)
    level = story.facts(number).level
    bring(story, acme(health=41))
    assert story.facts(number).level == level
    accept(story)
    assert story.facts(number).level != level
    assert len(of_the_data(story, number)) == 1
