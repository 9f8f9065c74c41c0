"""Patterns over several escalations: customers who may leave or come back too often, and causes that recur."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState
from bot.services.closing.closures import Resolution
from bot.services.patterns import case_reviews
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.support.person import Seen
from tests.support.story import DIRECTORY, USERS, Story
from tests.support.story import story as told


def test_signals_of_churn_mark_the_escalation_and_reach_the_people_who_can_keep_the_customer(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    story.more("noor", "churn", number)
    form = story.form("noor")
    assert "Asking about cancellation process" in form.all_text
    assert form.inputs == ["signs", "note"]
    assert "unresolved escalations" not in form.all_text
    story.submit("noor", signs=["0", "1"], note="They have asked how to leave.")
    assert story.facts(number).tags == ("Churn Risk",)
    told = story.last(number)
    assert "<@U01NOOR> reported churn risk: Acme may leave." in told.text
    assert "Comparing us to competitors" in told.all_text
    assert "They have asked how to leave." in told.all_text
    assert "Offer call with senior team member" in told.all_text
    assert "I'd like to offer you a call" in told.all_text
    assert ":label: Churn Risk" in story.card(number).all_text
    for who in ("ana", "maria"):
        assert "may leave: Asking about cancellation process" in story.direct(who)[-1].text


def test_the_mark_of_churn_is_seen_in_the_list_on_the_home_tab_and_in_the_digest(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev1")
    story.menu("noor", "churn", number, signs=["4"])
    assert ":label: Churn Risk" in str(story.command("dana", "list")["ack"])
    assert ":label: Churn Risk" in story.home("dana")
    story.skip(days=1)
    digests = [message for message in story.direct("maria") if "Your team: " in message.text]
    assert ":label: Churn Risk" in digests[-1].all_text


def test_more_signs_are_posted_without_the_advice_and_unticking_all_lifts_the_mark(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    story.menu("noor", "churn", number, signs=["0"])
    direct = len(story.direct("maria"))
    story.more("dana", "churn", number)
    ticked = story.form("dana").question("signs")["element"]["initial_options"]
    assert [sign["value"] for sign in ticked] == ["0"]
    assert story.submit("dana", signs=["0"])["errors"]["signs"].startswith("Already noted.")
    story.submit("dana", signs=["0", "3"])
    told = story.last(number).all_text
    assert "reported more triggers: Acme may leave" in told
    assert "Decreased usage" in told
    assert "cancellation" not in told
    assert "Words for the customer" not in told
    assert len(story.direct("maria")) == direct
    story.menu("maria", "churn", number, signs=[], note="They have renewed.")
    assert story.facts(number).tags == ()
    assert "<@U01MARIA> ended the churn risk: Acme stays. They have renewed." in story.last(number).text
    assert "Churn Risk" not in story.card(number).all_text


def test_the_form_says_how_many_of_a_customers_escalations_are_unresolved(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    story.declare("noor", account="Acme", level="sev4", summary="A wish")
    story.declare("ana", account="Acme", level="sev3", category="security_privacy", summary="A leak")
    story.more("noor", "churn", number)
    assert "Acme has 2 unresolved escalations." in story.form("noor").all_text, "what is hidden isn't counted"


def test_a_churn_risk_takes_at_least_one_sign(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    answer = story.menu("noor", "churn", number, signs=[])
    assert "signs" in answer["errors"]
    assert story.facts(number).tags == ()


def test_an_enterprise_customer_is_marked_on_the_card_and_the_details_say_what_follows(story: Story) -> None:
    accounts = "name,plan,csm\nHooli,Enterprise,eli@example.com\n"
    story.program.services.account_import.load(accounts.encode(), "accounts.csv")
    story.settle()
    number = story.declare("noor", account="Hooli", level="sev3")
    assert ":star: Enterprise plan" in story.card(number).all_text
    story.press("eli", ids.PRESS_FACTS, on=story.card(number))
    said = story.form("eli").all_text
    assert "*Enterprise customer*, because the plan is enterprise." in said
    assert "*Enterprise customers:* All escalations CC their CSM" in said
    assert "mailto:success@example.com" in said
    assert "eli" in story.members(number)
    assert ":star: Enterprise" not in story.card(story.declare("noor", account="Acme", level="sev3")).all_text
    assert ids.PICK_MORE in story.card(number).buttons


def test_the_third_escalation_in_thirty_days_opens_one_case_review_with_the_history(story: Story) -> None:
    first = story.declare(account="Acme", level="sev3", category="technical", at="Mon 2026-03-02 10:00")
    second = story.declare("ana", account="Acme", level="sev2", summary="Secret", confidential=["confidential"])
    story.skip_to("Tue 2026-03-31 23:00")
    third = story.declare(account="Acme", level="sev4", summary="Slow again")
    assert len(story.said(third)) == 0, "the card is the only message of an opening"
    assert "Case review of the account by <@U01ANA>" in story.card(third).markup
    story.forward(minutes=3)  # Slack takes one message a second to one person, and much fell due while nobody looked
    story.press("ana", ids.PRESS_CASE_REVIEW, on=told_directly(story))
    history = story.form("ana").all_text
    story.close_form("ana")
    assert "Acme has escalated 3 times in 30 days." in history
    on = day(date(2026, 3, 2))
    assert f"ESC-{first} · {on} · :large_yellow_circle: Sev 3 · Technical Issues · unacknowledged" in history
    assert f"<#{story.facts(first).channel_id}>: Exports are down" in history
    assert "1 more, confidential" in history
    assert "Secret" not in history
    assert f"ESC-{second}" not in history
    assert "Do they need training/onboarding?" in history
    assert "May warrant proactive outreach call" in history
    assert "Owner: <@U01ANA>, together with *Customer success*" in history
    story.act("dana", ids.PRESS_MITIGATE, third, note="Restarted.")
    assert "1 more, confidential" in story.find(third, "*Case review:*").all_text, "it is in the channel from now on"
    assert not _case_review(story, story.declare(account="Acme", level="sev4"))


def test_a_case_review_is_senior_supports_if_somebody_is_named_for_it(database_url: str, folder: Path) -> None:
    directory = DIRECTORY.replace("fallback:", "fallback:\n  senior_support: eli@example.com", 1)
    with told(database_url, folder, directory=directory) as story:
        for _ in range(2):
            story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
        third = story.declare(account="Acme", level="sev4", summary="Slow again")
        assert "Case review of the account by <@U01ELI>" in story.card(third).markup
        assert any("You own the case review" in message.text for message in story.direct("eli"))
        assert "eli" in story.members(third)
        for _ in range(2):
            story.declare(account="Globex", level="sev3")
        hidden = story.declare("ana", account="Globex", level="sev3", summary="Secret", confidential=["confidential"])
        assert "Case review of the account by <@U01ANA>" in story.card(hidden).markup
        assert "eli" not in story.members(hidden)


def told_directly(story: Story) -> Seen:
    """Return what the customer owner was sent about their case review."""
    return [message for message in story.direct("ana") if "You own the case review" in message.text][-1]


def test_thirty_days_are_counted_with_both_ends_and_without_what_was_withdrawn(story: Story) -> None:
    story.declare(account="Acme", level="sev4", at="Fri 2026-03-06 10:00")
    story.declare(account="Acme", level="sev4")
    withdrawn = story.declare(account="Globex", level="sev4")
    story.menu("noor", "withdraw", withdrawn, why="mistake", reason="A test.")
    story.declare(account="Globex", level="sev4")
    assert not _case_review(story, story.declare(account="Globex", level="sev4"))
    story.skip_to("Sun 2026-04-05 09:00")
    assert not _case_review(story, story.declare(account="Acme", level="sev4"))
    story.declare(account="Acme", level="sev4")
    assert _case_review(story, story.declare(account="Acme", level="sev4"))


def test_the_findings_finish_a_case_review_in_its_own_message(story: Story) -> None:
    for _ in range(2):
        story.declare(account="Acme", level="sev4")
    number = story.declare(account="Acme", level="sev4")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted.")
    review = story.find(number, "*Case review:*")
    story.press("ana", ids.PRESS_CASE_REVIEW, on=review)
    assert "Do they need training/onboarding?" in story.form("ana").all_text
    story.press("maria", ids.PRESS_CASE_REVIEW, on=review)
    story.submit("ana", findings="They were never shown how to export.")
    assert "<@U01ANA> finished the case review: They were never" in story.last(number).text
    drawn = next(message for message in story.messages(number) if message.ts == review.ts)
    assert "Finished by <@U01ANA>" in drawn.all_text
    assert drawn.buttons == []
    answer = story.submit("maria", findings="Me too.")
    assert answer["errors"]["findings"].startswith("Someone already finished it")
    story.close_form("maria")


def test_a_case_review_that_nobody_finishes_is_brought_to_its_owner_three_times_then_to_the_manager(
    story: Story,
) -> None:
    numbers = [story.declare(account="Acme", level="sev4", summary="Slow") for _ in range(3)]
    number = numbers[-1]
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Faster.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="Faster.")

    def told(who: str) -> list[Seen]:
        return [message for message in story.direct(who) if "case review of Acme" in message.text]

    def reminded(who: str) -> list[str]:
        return [message.all_text for message in told(who)]

    # It was opened on a Friday morning and is due five business days later.
    story.skip_to("Fri 2026-03-13 09:59")
    assert (reminded("ana"), reminded("maria")) == ([], [])
    story.forward(minutes=1)
    assert len(reminded("ana")) == 1
    assert "In 3 working days we tell <@U01MARIA>." in reminded("ana")[0]
    # Two reminders come due while the bot is down, and are sent as one.
    story.outage(days=4)
    assert len(reminded("ana")) == 1, "it replaces the one before"
    assert "In 1 working day we tell <@U01MARIA>." in reminded("ana")[0]
    assert reminded("maria") == []
    story.skip(days=1)
    assert ["<@U01ANA> owns it and got 3 reminders" in text for text in reminded("maria")] == [True]
    # Its escalation is long closed: the channel waits for the findings.
    assert not story.channel(number)["is_archived"]
    story.press("maria", ids.PRESS_CASE_REVIEW, on=told("maria")[-1])
    assert story.submit("maria", findings="They were never shown how.")["result"] == "closed"
    assert "finished the case review" in story.last(number).text
    story.outage(days=10)
    assert not any(message.buttons for who in ("ana", "maria") for message in told(who)), "it is finished"
    assert story.channel(number)["is_archived"]


def test_looking_again_opens_no_second_case_review(story: Story) -> None:
    for _ in range(2):
        story.declare(account="Acme", level="sev4")
    number = story.declare(account="Acme", level="sev4")
    with story.program.services.database.transaction() as tx:
        story.program.services.patterns.look(tx, number)
    story.settle()
    assert sum("You own the case review" in message.text for message in story.direct("ana")) == 1
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted.")
    assert sum("*Case review:*" in message.text for message in story.messages(number)) == 1


def _case_review(story: Story, number: int) -> bool:
    return "Case review" in story.card(number).all_text


def test_the_same_level_and_cause_again_suggests_a_change_of_the_policy_once(story: Story) -> None:
    first = story.declare(account="Acme", level="sev3")
    _resolve(story, first, cause="Expired certificate")
    assert "*Cause:* Expired certificate" in story.card(first).all_text
    assert not _suggested(story, first)
    other = story.declare(account="Globex", level="sev4")
    _resolve(story, other, cause="Expired certificate")  # Globex is strategic, so it is Sev 3 too.
    said = story.find(other, "happened 2 times in 30 days")
    assert "Sev 3 with the cause “Expired certificate” happened 2 times" in said.text
    assert f"• ESC-{first} <#{story.facts(first).channel_id}>" in said.all_text
    assert "<@U01MARIA> decides whether the policy or its routing changes." in said.all_text
    (asked,) = [one for one in story.direct("maria") if "happened 2 times" in one.all_text]
    assert "follow-up for ESC-2" in asked.text
    assert "Change the policy or its routing: Sev 3 with the cause “Expired certificate” happened 2 times" in asked.text
    story.press("maria", ids.PRESS_FOLLOW_UP, on=asked)
    story.submit("maria", state="dropped", reason="The certificates renew themselves now.")
    (answered,) = [one for one in story.facts(other).review.actions if one.what.startswith("Change the policy")]
    assert (answered.state, answered.reason) == (FollowUpState.DROPPED, "The certificates renew themselves now.")
    for days in (0, 20, 20):
        story.outage(days=days)
        third = story.declare(account="Acme", level="sev3")
        _resolve(story, third, cause="Expired certificate")
        assert not _suggested(story, third), "it was answered"


def test_another_level_another_cause_and_what_is_long_ago_suggest_nothing(story: Story) -> None:
    _resolve(story, story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00"), cause="Full disk")
    for level, cause in (("sev4", "Full disk"), ("sev3", "Expired certificate")):
        number = story.declare(account="Acme", level=level)
        _resolve(story, number, cause=cause)
        assert not _suggested(story, number)
    story.outage(days=31)
    number = story.declare(account="Acme", level="sev3")
    _resolve(story, number, cause="Full disk")
    assert not _suggested(story, number)


def test_what_is_confidential_is_counted_among_the_same_causes_and_not_named(story: Story) -> None:
    secret = story.declare("ana", account="Acme", level="sev3", confidential=["confidential"])
    _resolve(story, secret, cause="Shared password")
    number = story.declare(account="Acme", level="sev3")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    offered = story.control.post("options", user=USERS["dana"], block_id="cause", query="")["options"]
    assert offered == []
    story.close_form("dana")
    _resolve(story, number, cause="shared password")
    said = story.find(number, "happened 2 times").all_text
    assert "1 more, confidential" in said
    assert f"ESC-{secret}" not in said


def test_the_third_of_a_level_in_a_category_proposes_a_change_and_links_the_reviews(story: Story) -> None:
    numbers = [_reviewed(story, f"Cause {place}", category="service_outage") for place in range(3)]
    assert [_suggested(story, number) for number in numbers] == [False, False, True]
    said = story.find(numbers[2], "happened 3 times in 30 days")
    assert "Sev 1 in the category “Service Outage” happened 3 times in 30 days." in said.text
    for number in numbers[:2]:
        channel = story.facts(number).channel_id
        assert f"• ESC-{number} <#{channel}> · <https://wiki.example/1|review>" in said.all_text
    assert "Change the policy or its routing: Sev 1 in the category" in story.direct("maria")[-1].text
    story.skip(minutes=1)
    again = [_reviewed(story, f"Cause {place}", category="service_outage") for place in range(3, 5)]
    assert not _suggested(story, again[0]), "counted anew"
    assert "Sev 1 happened 5 times in 30 days." in story.find(again[1], "happened 5 times").text, (
        "whatever the category"
    )
    assert not _suggested(story, _reviewed(story, "Cause 5", category="service_outage")), "the first is undecided"
    (proposal,) = [one for one in story.facts(numbers[2]).review.actions if one.what.startswith("Change the policy")]
    story.program.services.follow_ups.drop(numbers[2], proposal.id, reason="It stays.", by=USERS["maria"])
    assert _suggested(story, _reviewed(story, "Cause 7", category="service_outage"))
    _withdraw(story, "It was a drill.")
    story.outage(days=31)
    assert not _suggested(story, _reviewed(story, "Cause 6", category="service_outage"))


def test_a_level_without_a_required_review_recurs_as_it_likes(story: Story) -> None:
    for place in range(5):
        number = story.declare(account="Acme", level="sev3", category="service_outage", at="Fri 2026-03-06 10:00")
        _resolve(story, number, cause=f"Cause {place}")
        assert not _suggested(story, number)


def _reviewed(story: Story, cause: str, **extra: str) -> int:
    number = story.declare(account="Acme", level="sev1", **extra)
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test it", "action_owner": USERS["eli"]}
    _resolve(story, number, cause, **reviewed)
    return number


def _withdraw(story: Story, reason: str) -> None:
    story.menu("maria", "withdraw", story.declare(account="Acme", level="sev1"), why="mistake", reason=reason)


def _resolve(story: Story, number: int, cause: str, **more: str) -> None:
    given = {"confirmed_by": "Jo", "confirmed_how": "call", **more}
    assert story.act("dana", ids.PRESS_RESOLVE, number, fixed="Done.", cause=cause, **given)["result"] == "closed"


def _suggested(story: Story, number: int) -> bool:
    return any("happened " in text for text in story.said(number))


def test_of_a_long_history_the_newest_are_listed_and_the_others_counted(
    sqlite_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reviews, "_SHOWN", 2)
    story = sqlite_story
    numbers = [story.declare(account="Acme", level="sev3") for _ in range(3)]
    story.press("ana", ids.PRESS_CASE_REVIEW, on=told_directly(story))
    history = story.form("ana").all_text
    assert "• 1 earlier" in history
    assert [f"ESC-{number} ·" in history for number in numbers] == [False, True, True]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where two things do happen at once
def test_two_that_are_resolved_at_one_moment_lead_to_one_proposal(story: Story) -> None:
    _reviewed(story, "Cause 0", category="service_outage")
    both = [story.declare(account="Acme", level="sev1", category="service_outage") for _ in range(3)]
    said = Resolution(
        fixed="Done.",
        cause=None,
        confirmed_by="Jo",
        confirmed_how="call",
        review_url="https://wiki.example/1",
        actions=[CorrectiveActionFacts("Test it", USERS["eli"], date(2026, 3, 20))],
    )
    resolve = story.program.services.closures.resolve
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda number: resolve(number, said, by=USERS["dana"]), both))
    story.settle()
    assert [_suggested(story, number) for number in both].count(True) == 1
