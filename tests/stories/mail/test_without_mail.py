"""Without a mail server, or without any route, a person is asked to write; the team's clock starts when they have."""

import re
from datetime import timedelta

from bot.views.kit import ids
from tests.support.story import USERS, Story


def asked(story: Story, who: str = "noor") -> str:
    """Return what the person who has to write reads."""
    [message] = [one for one in story.direct(who) if ids.PRESS_TEAM_WRITTEN in one.buttons]
    return message.all_text


def test_the_person_who_declared_it_gets_the_words_and_ticks_them_off(story: Story) -> None:
    number = story.declare(level="sev1", category="security_privacy", description="They see others' data")
    assert story.said(number) == [], "the card is the only message of an opening"
    assert "*Security doesn't know yet.* <@U01NOOR>: write to" in story.card(number).all_text
    words = asked(story)
    assert re.search(
        r"Security doesn't know about Acme \(.*\) yet, and we can't reach them\. Please write to them\.", words
    )
    assert "mailto:security@example.com?subject=ESC-1%20%28confidential%29&amp;body=Security%2C" in words
    assert "Security, we need you on ESC-1. Please answer within 30 minutes." in words
    assert "Description: They see others' data" in words
    assert "Missing: User ID, Timestamp" in words
    assert "U01" not in words.partition("```")[2].partition("```")[0], "nobody is named by Slack id"
    story.forward(minutes=16)
    [reminded] = [message for message in story.messages(number) if "still doesn't know" in message.text]
    assert "Security still doesn't know about Acme. We asked <@U01NOOR> to write to them." in reminded.text
    story.forward(minutes=104)
    assert "Security hasn't responded" not in str(story.said(number)), "nobody has asked them yet"
    [message] = [one for one in story.direct("noor") if ids.PRESS_TEAM_WRITTEN in one.buttons]
    story.press("noor", ids.PRESS_TEAM_WRITTEN, on=message)
    facts = story.facts(number)
    assert facts.team_answer.spans[0].started_at == facts.declared_at + timedelta(hours=2)
    assert "doesn't know yet" not in story.card(number).all_text
    story.forward(minutes=31)
    assert "Security hasn't responded" in str(story.said(number))


def test_one_message_names_all_teams_that_have_to_be_written_to(story: Story) -> None:
    story.command("noor", "acme suspects fraud")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "financial")
    story.submit("noor", account="Acme", level="sev2", **{"signs-financial": ["fraud"]})
    words = asked(story)
    assert "Billing and Security don't know about Acme (" in words
    [message] = [one for one in story.direct("noor") if ids.PRESS_TEAM_WRITTEN in one.buttons]
    place = {"channel": message.raw["channel"], "ts": message.ts, "block_id": "write-billing"}
    story.control.post("press", user=USERS["noor"], action_id=ids.PRESS_TEAM_WRITTEN, **place)
    story.settle()
    rest = asked(story)
    assert "Security doesn't know about Acme (" in rest
    assert "Billing" not in rest.partition("Please write")[0]


def test_a_team_that_answers_was_reached_and_nobody_has_to_write_any_more(story: Story) -> None:
    number = story.declare("ana", level="sev2", category="legal_compliance")
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    story.choose("dana", ids.PRESS_TEAM_ANSWERED, "")
    facts = story.facts(number)
    assert facts.team_answer.spans[-1].stopped_at == story.clock.at
    assert [one for one in story.direct("ana") if ids.PRESS_TEAM_WRITTEN in one.buttons] == []
    assert "doesn't know yet" not in story.card(number).all_text


def test_nobody_writes_to_the_team_of_an_earlier_category(story: Story) -> None:
    number = story.declare(level="sev2", category="financial")
    story.more("dana", "category", number)
    story.submit("dana", category="complex_billing")
    assert [one.team for one in story.facts(number).team_routes] == ["billing"]
    story.more("dana", "category", number)
    story.submit("dana", category="partnership")
    story.submit("dana")
    assert [one.team for one in story.facts(number).team_routes] == ["partnerships"]
    assert "Partnerships doesn't know" in asked(story)
