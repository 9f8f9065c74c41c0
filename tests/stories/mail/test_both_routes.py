"""Teams that S3 informs by mail and in a channel get both, and each survives the loss of the other."""

from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.support.person import Seen
from tests.support.story import USERS, Story

INCIDENTS, PRESS = "incidents@example.com", "press@example.com"


def made(story: Story, name: str) -> str:
    """Make a channel as Eli and bring the bot in."""
    place = str(story.control.post("create", user=USERS["eli"], name=name, is_private=False)["channel"])
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=place, users=[bot])
    return place


def ours(story: Story, place: str) -> list[Seen]:
    seen = story.messages(place, "eli")
    return [message for message in seen if message.raw.get("bot_id") and not message.raw.get("subtype")]


def incident(post: MailStory) -> int:
    """Declare a major incident of one escalation; return the escalation."""
    story = post.story
    number = story.declare("noor", account="Acme", level="sev1", summary="Nobody can sign in")
    story.more("noor", "incident", number)
    story.submit("noor", title="Sign-in is down", escalations=[str(number)])
    return number


def test_a_major_incident_is_told_by_mail_and_in_the_channel_with_what_the_source_wants(post: MailStory) -> None:
    place = made(post.story, "incidents")
    incident(post)
    mail = post.only(INCIDENTS)
    assert mail.text.startswith("Incidents, we have a major incident: Sign-in is down.")
    for label in ("What we're seeing: Sign-in is down", "Number of reports: 1, from 1 account", "Since when: 6 Mar"):
        assert label in mail.text
    [told] = ours(post.story, place)
    assert "<!here> :rotating_light: *Major incident INC-1: Sign-in is down*" in told.text
    assert "1 account affected" in told.text


def test_without_the_channel_the_mail_goes_and_without_the_mail_the_channel_is_told(post: MailStory) -> None:
    story = post.story
    incident(post)
    assert "Sign-in is down" in post.only(INCIDENTS).text
    assert any("incidents" in message.text and "Couldn't post" in message.text for message in story.direct("noor"))
    place = made(story, "incidents")
    post.server.refusals = {INCIDENTS: "550 5.1.1 no such user"}
    second = story.declare("noor", account="Globex", level="sev1", summary="Exports fail")
    story.more("noor", "incident", second)
    story.submit("noor", incident="new", title="Exports are down", escalations=[str(second)])
    story.forward(minutes=6)
    assert any("Major incident INC-2" in message.text for message in ours(story, place))
    assert any("Couldn't mail incidents@example.com about INC-2" in message.text for message in story.direct("noor"))


def test_marketing_hears_of_a_journalist_in_its_channel_and_the_press_team_by_mail(post: MailStory) -> None:
    story = post.story
    place = made(story, "marketing-alerts")
    number = story.declare("noor", level="sev2", category="media", summary="A journalist asks about our outage")
    [told] = ours(story, place)
    assert told.text.startswith(f":information_source: FYI: ESC-{number} ")
    assert "Media/Influencer Inquiries" in told.text
    assert "A journalist asks about our outage" in told.text
    assert told.buttons == [], "they are told, and asked nothing"
    assert "<@U01DANA> can say more." in told.all_text
    assert post.only(PRESS).text.startswith(f"Press, we need you on ESC-{number}.")
    story.press("noor", ids.PRESS_PLAYBOOK, on=story.card(number))
    assert "unannounced features" in story.form("noor").all_text


def test_a_journalist_about_something_confidential_is_told_without_a_name(post: MailStory) -> None:
    story = post.story
    place = made(story, "marketing-alerts")
    story.declare(
        "noor", level="sev2", category="media", summary="A leak", account="Globex", confidential=["confidential"]
    )
    [told] = ours(story, place)
    assert "Globex" not in told.all_text
    assert "leak" not in told.all_text


def test_where_marketing_has_no_channel_somebody_is_told_to_tell_them(post: MailStory) -> None:
    story = post.story
    number = story.declare("noor", level="sev2", category="media", summary="A journalist asks")
    assert "Couldn't post in #marketing-alerts" in str(story.said(number))
    place = made(story, "marketing-alerts")
    story.forward(minutes=6)
    assert len(ours(story, place)) == 1, "it is posted once it can be"
