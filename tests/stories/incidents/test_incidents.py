"""Several accounts on one cause: one parent, one message that is kept, one word to every customer when it is over."""

from collections.abc import Sequence

import pytest

from bot.views.kit import ids
from tests.support.every_form import PROPOSAL
from tests.support.person import Json, Seen
from tests.support.story import USERS, Story


def test_accounts_with_one_cause_are_linked_and_the_incidents_channel_is_notified_once(story: Story) -> None:
    place = _channel(story)
    first = story.declare(account="Acme", level="sev1", summary="Nobody can sign in")
    second = story.declare(account="Globex", level="sev2", summary="Sign-in fails")
    story.more("noor", "incident", first)
    assert "Check https://status.example.com" in story.form("noor").all_text
    story.submit("noor", title="Sign-in is down", escalations=[str(first)])
    assert not story.has_form("noor")
    told = _told(story, place)
    assert "<!here> :rotating_light: *Major incident INC-1: Sign-in is down*" in told.text
    assert "1 account affected" in told.text
    assert f"Acme · ESC-{first} · <#{story.facts(first).channel_id}>" in told.all_text
    story.press("eli", ids.PRESS_INCIDENT, on=told)
    assert story.form("eli").question("incident")["element"]["initial_option"]["value"] == "1"
    story.submit("eli", escalations=[str(second)])
    kept = _told(story, place)
    assert kept.ts == told.ts
    assert "2 accounts affected" in kept.text
    assert "<!here>" not in kept.markup
    assert "Globex" in kept.all_text
    for number in (first, second):
        said = story.find(number, "Linked to *INC-1").all_text
        assert "INC-1: Sign-in is down" in said
        assert "Our team is actively investigating." in said
        assert "Speculate about cause" in said
        assert ":rotating_light: INC-1" in story.card(number).all_text
    assert ":rotating_light: INC-1" in str(story.command("eli", "list")["ack"])


def test_the_incidents_message_makes_an_account_programme_of_one_of_its_escalations(story: Story) -> None:
    place = _channel(story)
    acme, other = story.declare(account="Acme", level="sev1"), story.declare(account="Globex", level="sev2")
    incident = _incident(story, [acme, other])
    offered = _told(story, place).button(ids.PICK_PROGRAMME)["options"]
    assert [one["text"]["text"] for one in offered] == [f"Acme · ESC-{acme}", f"Globex · ESC-{other}"]
    story.press("maria", ids.PICK_PROGRAMME, on=_told(story, place), value=str(other))
    said = {name: value for name, value in PROPOSAL.items() if name not in ("account", "summary", "level")}
    story.press_in_form("maria", ids.MORE_PROPOSAL)
    assert story.submit("maria", **said)["result"] == "closed"
    programme = story.facts(other + 1)
    assert (programme.account.name, programme.made_from, programme.has_begun) == ("Globex", other, True)
    assert story.facts(other).incident == incident, "it stays part of the incident"
    offered = _told(story, place).button(ids.PICK_PROGRAMME)["options"]
    assert [one["value"] for one in offered] == [str(acme)], "the message follows"


def test_the_command_lists_what_lasts_and_takes_the_escalation_of_its_channel(story: Story) -> None:
    first = _incident(story, [story.declare(account="Acme", level="sev1")])
    second = story.declare(account="Globex", level="sev2")
    story.command("eli", "incident", channel=str(story.facts(second).channel_id))
    form = story.form("eli")
    assert "Major incident INC-1: Sign-in is down" in form.all_text
    assert "Acme · ESC-1" in form.all_text
    chosen = form.question("escalations")["element"]["initial_options"]
    assert [one["value"] for one in chosen] == [str(second)]
    assert story.submit("eli", incident=str(first))["result"] == "closed"
    assert story.facts(second).incident == first


def test_an_incident_is_found_by_its_key(story: Story) -> None:
    place = _channel(story)
    acme, hidden = (
        story.declare(account="Acme", level="sev1"),
        story.declare(account="Umbrella", level="sev2", confidential=["confidential"]),
    )
    _incident(story, [acme, hidden])
    for words in ("status INC-1", "inc-1"):
        said = str(story.command("eli", words)["ack"])
        assert "Major incident INC-1: Sign-in is down" in said
        assert "Acme · ESC-1" in said
        assert "1 confidential" in said
        assert "Umbrella" not in said
    story.command("eli", "incident INC-1")
    assert story.form("eli").question("incident")["element"]["initial_option"]["value"] == "1"
    assert "There is no INC-7." in str(story.command("eli", "status INC-7")["ack"])
    story.close_form("eli")
    story.press("eli", ids.PRESS_INCIDENT_OVER, on=_told(story, place))
    story.submit("eli", fixed="Rolled back.")
    assert "INC-1 is over: Sign-in is down" in str(story.command("eli", "status INC-1")["ack"])
    story.command("eli", "incident INC-1")
    assert "INC-1 is over" in story.form("eli").all_text


def test_ending_an_incident_notifies_every_channel_and_each_relationship_owner(story: Story) -> None:
    place = _channel(story)
    acme = story.declare(account="Acme", level="sev1")
    other = story.declare(account="Globex", level="sev3")
    closed = story.declare(account="Initech", level="sev4")
    _incident(story, [acme, other, closed])
    story.menu("noor", "withdraw", closed, why="mistake", reason="Not theirs.")
    assert "2 accounts affected" in _told(story, place).text
    before = len(story.direct("ana"))
    story.press("eli", ids.PRESS_INCIDENT_OVER, on=_told(story, place))
    assert story.submit("eli", fixed="The certificate was renewed.")["result"] == "closed"
    for number in (acme, other):
        assert "ended *INC-1: Sign-in is down*: The certificate was renewed." in story.last(number).text
    asked = [message for message in story.direct("ana")[before:] if "Tell " in message.text]
    assert sorted(message.text.partition("Tell ")[2].split()[0] for message in asked) == ["Acme", "Globex"]
    assert "The issue we told you about is resolved." in asked[0].all_text
    kept = _told(story, place)
    assert "*INC-1 is over: Sign-in is down*" in kept.text
    assert "The certificate was renewed." in kept.all_text
    assert kept.buttons == []
    assert not any("is over" in text for text in story.said(closed))


def test_it_is_over_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    _incident(story, [number])
    for who in ("eli", "dana"):
        story.command(who, "incident")
        story.choose(who, ids.PRESS_INCIDENT_OVER, "1")
        assert "Is INC-1 over?" in story.form(who).title
    assert story.submit("eli", fixed="Rolled back.")["result"] == "closed"
    assert "already over" in story.submit("dana", fixed="Me too.")["errors"]["fixed"]
    assert sum("Rolled back." in text for text in story.said(number)) == 1
    story.close_form("dana")
    other = story.declare(account="Globex", level="sev1")
    story.more("dana", "incident", other)
    assert "incident" not in story.form("dana").inputs


@pytest.mark.both_databases
def test_the_same_category_for_another_account_soon_suggests_a_major_incident(story: Story) -> None:
    first = story.declare(account="Acme", level="sev2", category="service_outage", at="Fri 2026-03-06 10:00")
    assert not _suggestions(story, first)
    story.declare(account="Acme", level="sev2", category="service_outage")
    story.forward(minutes=90)
    second = story.declare(account="Globex", level="sev2", category="service_outage")
    suggested = story.find(second, "2 accounts escalated with Service Outage within 2 h")
    assert f"Acme · ESC-{first}" in suggested.all_text
    story.press("dana", ids.PRESS_INCIDENT, on=suggested)
    chosen = story.form("dana").question("escalations")["element"]["initial_options"]
    assert sorted(one["value"] for one in chosen) == ["1", "2", "3"]
    story.submit("dana", title="Everything is slow")
    assert story.facts(first).incident == story.facts(second).incident == 1


@pytest.mark.both_databases
def test_what_is_light_long_ago_of_the_same_account_or_confidential_suggests_nothing(story: Story) -> None:
    story.declare(account="Acme", level="sev2", category="technical", at="Fri 2026-03-06 10:00")
    assert not _suggestions(story, story.declare(account="Acme", level="sev2", category="technical"))
    assert not _suggestions(story, story.declare(account="Umbrella", level="sev4", category="technical"))
    story.declare("ana", account="Umbrella", level="sev2", category="media", confidential=["confidential"])
    assert not _suggestions(story, story.declare(account="Globex", level="sev2", category="media"))
    story.skip(hours=3)
    assert not _suggestions(story, story.declare(account="Initech", level="sev2", category="technical"))


def test_an_account_that_comes_later_is_asked_whether_it_is_a_part_of_what_lasts(story: Story) -> None:
    first = story.declare(account="Acme", level="sev1", category="service_outage")
    _incident(story, [first])
    story.skip(hours=5)
    later = story.declare(account="Globex", level="sev2", category="service_outage")
    outside = story.declare(account="Initech", level="sev2", category="service_outage")
    asked = story.find(later, "Is this part of it?")
    assert "INC-1: Sign-in is down" in asked.text
    story.press_together(("dana", "eli"), ids.PRESS_INCIDENT_JOIN, on=asked)
    assert story.facts(later).incident == 1
    assert "2 accounts" in story.last(later).text
    assert sum("Linked to" in said for said in story.said(later)) == 1
    assert story.find(later, "Is this part of it?").buttons == []

    story.more("dana", "incident", first)
    story.choose("dana", ids.PRESS_INCIDENT_OVER, "1")
    assert story.find(outside, "Is this part of it?").buttons == [ids.PRESS_INCIDENT_JOIN]
    assert story.submit("dana", fixed="Rolled back.")["result"] == "closed"
    asked = story.find(outside, "INC-1: Sign-in is down")
    assert asked.buttons == []
    assert asked.text.endswith("It's over.")


def test_a_confidential_customer_is_counted_and_never_named(story: Story) -> None:
    place = _channel(story)
    secret = story.declare("ana", account="Acme", level="sev1", summary="Leaked", confidential=["confidential"])
    other = story.declare(account="Globex", level="sev1")
    story.more("ana", "incident", secret)
    refused = story.submit("ana", title="Acme and others are down", escalations=[str(secret), str(other)])
    assert "leave its customer's name out" in refused["errors"]["title"]
    story.submit("ana", title="Sign-in is down", escalations=[str(secret), str(other)])
    told = _told(story, place)
    assert "2 accounts affected" in told.text
    assert "1 confidential" in told.all_text
    assert "Acme" not in str(told.raw)
    story.command("noor", "incident")
    shown = str(story.form("noor").raw)
    assert "1 confidential" in shown
    assert "Acme" not in shown
    assert f"ESC-{secret}" not in shown
    story.close_form("noor")
    assert "Linked to *INC-1" in story.last(secret).text


def test_one_that_is_made_confidential_later_is_taken_off_the_list(story: Story) -> None:
    place = _channel(story)
    number = story.declare("ana", account="Acme", level="sev1")
    _incident(story, [number])
    assert "Acme" in str(_told(story, place).raw)
    story.menu("ana", "category", number, confidential=["confidential"])
    assert "Acme" not in str(_told(story, place).raw)
    assert "1 confidential" in _told(story, place).all_text


def test_the_person_who_declared_an_incident_learns_that_its_channel_cannot_be_reached(story: Story) -> None:
    _incident(story, [story.declare(account="Acme", level="sev1")])
    assert any("Couldn't post INC-1 to #incidents: the channel doesn't exist" in m.text for m in story.direct("noor"))


def test_the_incidents_channel_is_called_once_also_when_slacks_answers_are_lost(story: Story) -> None:
    place = _channel(story)
    number = story.declare(account="Acme", level="sev1")
    story.control.post("faults", method="chat.postMessage", kind="lost", times=3)
    _incident(story, [number])
    story.forward(minutes=3)
    assert "1 account affected" in _told(story, place).text
    assert sum("Linked to *INC-1" in text for text in story.said(number)) == 1


def test_a_new_one_needs_a_title_and_cannot_begin_ahead_of_time(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    _incident(story, [number])
    story.command("noor", "incident")
    assert "title" in story.submit("noor", incident="new", title=" ")["errors"]
    ahead = int(story.clock.at.timestamp()) + 3600
    assert "since" in story.submit("noor", incident="new", title="Exports", since=ahead)["errors"]
    assert "escalations" in story.submit("noor", incident="1")["errors"]


def _incident(story: Story, numbers: Sequence[int], who: str = "noor") -> int:
    """Make Noor declare a major incident of escalations."""
    story.command(who, "incident")
    answer: Json = story.submit(who, title="Sign-in is down", escalations=[str(number) for number in numbers])
    assert answer["result"] == "closed", answer
    said = [message.text for message in story.messages("general", who) if "INC-" in message.text][-1]
    return int(said.partition("INC-")[2].partition(":")[0])


def _channel(story: Story) -> str:
    """Make the incidents channel as Eli and bring the bot in."""
    created = story.control.post("create", user=USERS["eli"], name="incidents")["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=created, users=[bot])
    return str(created)


def _told(story: Story, place: str) -> Seen:
    """Return the one message of the incidents channel."""
    found = [message for message in story.messages(place, "eli") if message.raw.get("bot_id")]
    found = [message for message in found if not message.raw.get("subtype")]
    assert len(found) == 1
    return found[0]


def _suggestions(story: Story, number: int) -> list[str]:
    return [text for text in story.said(number) if "Same cause?" in text or "Is this part" in text]


@pytest.mark.both_databases
def test_customers_without_an_escalation_are_listed_counted_and_told(story: Story) -> None:
    place = _channel(story)
    first = story.declare(account="Acme", level="sev1")
    story.more("noor", "incident", first)
    typed = "globex.example, Initech\n  Hooli <Ltd>\nhooli <ltd>\nAcme\n"
    story.submit("noor", title="Sign-in is down", escalations=[str(first)], customers=typed)
    told = _told(story, place)
    assert "4 accounts affected" in told.text
    assert "Without an escalation: Globex, Initech, hooli &lt;ltd&gt;" in told.markup
    second = story.declare(account="Globex", level="sev2")
    story.press("eli", ids.PRESS_INCIDENT, on=told)
    story.submit("eli", escalations=[str(second)], customers="Umbrella")
    told = _told(story, place)
    assert "5 accounts affected" in told.text, "Globex has an escalation by now"
    assert "Without an escalation: Initech, hooli &lt;ltd&gt;, Umbrella" in told.markup
    story.press("eli", ids.PRESS_INCIDENT_OVER, on=told)
    story.submit("eli", fixed="A new certificate.")
    told = _told(story, place)
    assert "<@U01ELI>, tell those without an escalation too: Initech, hooli &lt;ltd&gt;, Umbrella." in told.markup


def test_the_list_of_customers_alone_is_enough_and_repeating_it_is_not(story: Story) -> None:
    _channel(story)
    first = story.declare(account="Acme", level="sev1")
    story.more("noor", "incident", first)
    story.submit("noor", title="Sign-in is down", escalations=[str(first)])
    story.command("eli", "incident")
    assert story.submit("eli", incident="1", customers="Hooli")["result"] == "closed"
    story.command("eli", "incident")
    assert "Already part of INC-1" in str(story.submit("eli", incident="1", customers="HOOLI"))
