"""A team is asked again until it answers, at its pace and on its calendar, then its lead; one reminder stands."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from bot.policy.plan.chases import CHASE
from bot.views.kit import ids
from tests.stories.mail.conftest import FROM, MailStory
from tests.support.mail_server import mail_server
from tests.support.person import Seen
from tests.support.story import DIRECTORY, USERS, Story
from tests.support.story import story as told

TEAM = "tech-support-escalations"
LEGAL, LENA = "legal@example.com", "lena@example.com"
# Lena leads Legal and isn't in Slack.
LED = DIRECTORY.replace("teams: {", f"teams: {{legal: [{LENA}], ")


def channel(story: Story, *members: str) -> str:
    """Make the channel of technical support as Eli, with people and the bot."""
    place = story.control.post("create", user=USERS["eli"], name=TEAM, is_private=False)["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=place, users=[bot, *(USERS[who] for who in members)])
    return str(place)


def asking(story: Story, place: str, who: str = "eli") -> list[Seen]:
    """Return the messages in a place that still ask a team."""
    return [message for message in story.messages(place, who) if ids.PRESS_TEAM in message.buttons]


def to_lead(story: Story, who: str = "eli") -> list[Seen]:
    return [message for message in story.direct(who) if "you lead them" in message.text]


def test_a_team_is_asked_each_business_day_until_it_answers_and_its_lead_with_it(story: Story) -> None:
    place = channel(story)
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    assert to_lead(story) == []
    story.skip_to("Tue 2026-03-10 16:01")
    first, again = asking(story, place)
    assert "we need you" in first.text
    assert "we haven't heard from you yet" in again.text
    assert to_lead(story) == [], "the first time the team is asked alone"
    for day in ("Wed 2026-03-11 16:01", "Thu 2026-03-12 16:01", "Fri 2026-03-13 16:01", "Mon 2026-03-16 16:01"):
        before = asking(story, place)[-1]
        story.skip_to(day)
        _, latest = asking(story, place)
        assert latest.ts != before.ts, "it rings again"
        assert "we haven't heard from you yet" in latest.text
        [lead] = to_lead(story)
        assert "Technical support hasn't responded, and you lead them. Can you take this: ESC-1" in lead.text
    assert sum("hasn't responded. We asked again" in words for words in story.said(number)) == 2
    [named] = [words for words in story.said(number) if "who leads them" in words]
    assert "hasn't responded. We asked again in their channel, and <@U01ELI>, who leads them." in named
    story.press("eli", ids.PRESS_TEAM, on=to_lead(story)[0])
    assert "eli" in story.members(number)
    assert asking(story, place) == [], "everything that asked says who is on it"
    assert all("<@U01ELI> is on it" in message.text for message in story.messages(place, "eli") if message.buttons)
    calls = len(story.calls("chat.postMessage"))
    story.skip(days=7)
    assert not any("haven't heard" in str(call["arguments"]) for call in story.calls("chat.postMessage")[calls:])


def test_nobody_is_asked_at_night_or_on_days_off(story: Story) -> None:
    channel(story)
    story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.skip_to("Fri 2026-03-13 17:00")
    asked = len(story.calls("chat.postMessage"))
    story.skip_to("Mon 2026-03-16 09:00")
    since = [str(call["arguments"]) for call in story.calls("chat.postMessage")[asked:]]
    assert not any("heard from you" in words or "you lead them" in words for words in since)


def test_an_outage_of_a_week_asks_once(story: Story) -> None:
    place = channel(story)
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.skip_to("Tue 2026-03-10 16:01")
    story.outage(days=7)
    assert len(asking(story, place)) == 2
    assert len(to_lead(story)) == 1
    assert story.facts(number).reminded[CHASE] == story.clock.at


def test_one_that_is_taken_in_the_channel_settles_what_its_lead_was_asked(story: Story) -> None:
    place = channel(story, "omar")
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.skip_to("Wed 2026-03-11 16:01")
    story.skip_to("Thu 2026-03-12 16:01")
    story.press("omar", ids.PRESS_TEAM, on=asking(story, place, "omar")[0])
    mine = [message for message in story.direct("eli") if f"ESC-{number}" in message.text]
    assert not any(message.buttons for message in mine)
    assert sum("<@U01OMAR> is on it" in message.text for message in mine) == 1
    assert to_lead(story) == []


def test_a_team_that_is_noted_to_have_answered_reads_so_in_its_channel(story: Story) -> None:
    place = channel(story)
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    story.choose("dana", ids.PRESS_TEAM_ANSWERED, "")
    assert asking(story, place) == []
    [said] = [message.text for message in story.messages(place, "eli") if "responded" in message.text]
    assert said.startswith(":white_check_mark: Technical support responded (noted by <@U01DANA>)")


def test_a_team_without_a_lead_is_asked_alone(story: Story) -> None:
    number = story.declare(level="sev4", category="complex_billing", at="Fri 2026-03-06 10:00")
    [asked] = [message for message in story.direct("noor") if ids.PRESS_TEAM_WRITTEN in message.buttons]
    story.press("noor", ids.PRESS_TEAM_WRITTEN, on=asked)
    story.skip_to("Tue 2026-03-10 16:01")
    story.skip_to("Thu 2026-03-12 16:01")
    assert not any("who leads them" in words for words in story.said(number))


@contextmanager
def with_mail(url: str, folder: Path, policy: str, directory: str) -> Iterator[MailStory]:
    stack = AsyncExitStack()
    with told(url, folder, policy=policy, directory=directory) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        begun.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


def test_a_team_and_a_lead_who_are_only_reached_by_mail(database_url: str, folder: Path) -> None:
    with with_mail(database_url, folder, "three-tier", LED) as post:
        story = post.story
        story.declare("noor", level="critical", category="legal_compliance", at="Fri 2026-03-06 17:30")
        story.skip_to("Sat 2026-03-07 17:31")
        assert "we haven't heard from you" in post.mails(LEGAL)[-1].text, "24 hours around the clock"
        assert post.mails(LENA) == []
        story.skip_to("Tue 2026-03-10 08:59")
        assert post.mails(LENA) == [], "from then on in Legal's own hours, from Monday's opening a business day"
        story.skip_to("Tue 2026-03-10 09:01")
        lead = post.only(LENA)
        assert lead.text.startswith("Legal hasn't answered about ESC-1, and we asked again. You lead them:")
        copies = [mail for mail in post.mails("success@example.com") if "for your information" in mail.text]
        for day in ("Wed 2026-03-11 09:01", "Thu 2026-03-12 09:01"):
            story.skip_to(day)
        assert len(post.mails(LENA)) == 3
        later = [mail for mail in post.mails("success@example.com") if "for your information" in mail.text]
        assert later == copies, "copies hear of the first time and of the lead"


def test_a_team_that_answers_within_minutes_is_chased_within_minutes_and_then_daily(
    database_url: str, folder: Path
) -> None:
    led = DIRECTORY.replace("teams: {", "teams: {security: [omar@example.com], ")
    with with_mail(database_url, folder, "three-tier", led) as post:
        story = post.story
        number = story.declare("noor", level="critical", category="security_privacy", at="Sat 2026-03-07 22:00")
        story.forward(minutes=31)
        assert any("we haven't heard from you" in mail.text for mail in post.mails("security@example.com"))
        first, *again = [message for message in story.direct("omar") if ids.PRESS_TEAM in message.buttons]
        assert "we need you" in first.text, "no one is on call for them, so their lead is asked from the beginning"
        story.forward(minutes=30)
        assert to_lead(story, "omar") == []
        texts = [message.all_text for message in (first, *again)]
        assert "Acme" not in str(texts), "who can't see it yet reads no name"
        chased = len(post.mails("security@example.com"))
        story.skip_to("Mon 2026-03-09 08:00")
        assert len(post.mails("security@example.com")) == chased, "no flood over the weekend"
        story.press("omar", ids.PRESS_TEAM, on=first)
        assert "omar" in story.members(number)


def test_who_is_on_call_for_a_team_is_asked_again_in_the_same_place(database_url: str, folder: Path) -> None:
    own = "extends: sev\nname: own\nteams:\n  tech_support: {on_call: exports, slack: null}\n"
    (folder / "own.yml").write_text(own, encoding="utf-8")
    on_call = DIRECTORY.replace("people: [dana@example.com, eli@example.com]", "people: [omar@example.com]")
    with told(database_url, folder, policy=str(folder / "own.yml"), directory=on_call) as story:
        story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
        for day in ("Tue 2026-03-10 16:01", "Wed 2026-03-11 16:01", "Thu 2026-03-12 16:01"):
            story.skip_to(day)
        asked = [message.text for message in story.direct("omar") if message.text.startswith(":wave:")]
        assert len(asked) == 2, "the question and one reminder"
        assert len(to_lead(story)) == 1


@pytest.mark.both_databases
def test_while_slack_is_dead_the_lead_is_mailed_and_hears_it_once(database_url: str, folder: Path) -> None:
    with with_mail(database_url, folder, "sev", DIRECTORY) as post:
        story = post.story
        channel(story)
        number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
        story.skip_to("Wed 2026-03-11 15:50")
        story.lose_slack()
        story.forward(minutes=20)
        [mail] = post.mails("eli@example.com")
        assert "Technical support hasn't answered about ESC-1, and we asked again. You lead them" in mail.text
        story.find_slack()
        story.forward(minutes=5)
        assert to_lead(story) == []
        assert len(post.mails("eli@example.com")) == 1
        assert "<@U01ELI>, who leads them." in story.find(number, "Slack was down for us").all_text
