"""The policy in Slack: what it says, what it would do, and what becomes of it when its file changes."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.commands.policy_migration import as_text
from bot.policy.file.loading import load, preset
from bot.policy.preview.simulation import SimulationQuestion, readable, simulate
from bot.services.policies.migrations import Migrations
from bot.views.kit import ids
from bot.views.overview import digest
from tests.support.person import Json, Seen
from tests.support.story import Story, moment
from tests.support.story import story as told

CONFIRMED = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
NOON = moment("Fri 2026-03-06 12:00")


def shown(answer: Json) -> Mapping[str, Any]:
    """Return the message that answered a command."""
    message: Mapping[str, Any] = answer["ack"]
    return message


def table(answer: Json) -> list[list[str]]:
    """Return the one table of an answer, cell by cell, as text."""
    (found,) = [block for block in shown(answer)["blocks"] if block["type"] == "table"]
    return [[_text(cell) for cell in row] for row in found["rows"]]


def _text(cell: Mapping[str, Any]) -> str:
    return str(cell["text"]) if "text" in cell else str(cell["elements"][0]["elements"][0]["text"])


def simulated(story: Story, who: str = "noor", **values: Any) -> str:
    """Fill the form in that is open and return everything it then says."""
    answer = story.submit(who, **values)
    assert answer["result"] == "updated", answer
    return story.form(who).all_text


# The matrix.


def test_everybody_can_read_what_each_level_promises(story: Story) -> None:
    rows = {row[0]: row[1:] for row in table(story.command("omar", "policy"))}
    assert rows[" "] == ["Sev 1", "Sev 2", "Sev 3", "Sev 4"]
    assert rows["Response"] == ["15 minutes", "1 hour", "1 business day", "2 business days"]
    assert rows["Resolution"] == ["4 hours", "1 business day", "5 business days", "backlog"]
    assert rows["Customer hears"] == ["every 30 minutes", "every 2 hours", "every business day", "on change"]
    assert rows["Paged"] == ["Fix owner", "—", "—", "—"]
    assert rows["Review"] == ["within 5 business days", "within 5 business days", "—", "—"]


def test_the_rest_of_the_policy_stands_below_the_matrix(story: Story) -> None:
    answer = shown(story.command("omar", "policy"))
    said = json.dumps(answer, ensure_ascii=False)
    assert answer["response_type"] == "ephemeral"
    assert "one level up: health below 60 (rule weak-health)" in said
    assert "top-tier-floor" not in said, "a rule that is switched off does nothing"
    assert "*Security &amp; Privacy* from Sev 1, Security; never below Sev 1, confidential" in said
    assert "2. Customer Success Manager (Relationship owner), after 30 minutes" in said
    assert "Owner: Customer Success Team. Next review: nobody has said when." in said
    assert "America/New_York, MON-FRI 09:00-18:00" in said
    # The notification carries the point, also where no table is drawn.
    assert "Sev 1: Production down, data loss or security exposure" in answer["text"]


def test_a_client_without_tables_gets_the_same_as_a_list(story: Story) -> None:
    assert "`/escalate policy list`" in json.dumps(shown(story.command("omar", "policy")))
    answer = shown(story.command("omar", "policy list"))
    said = json.dumps(answer, ensure_ascii=False)
    assert {block["type"] for block in answer["blocks"]} == {"header", "section", "context"}
    assert "*Sev 3*\\nMeans: Degraded function with a workaround\\nResponse: 1 business day" in said
    assert "one level up: health below 60 (rule weak-health)" in said


def test_a_sentence_that_begins_with_policy_is_declared(story: Story) -> None:
    story.command("noor", "policy documents cannot be downloaded")
    assert story.form("noor").title == "Declare an escalation"


# What it would do.


def test_a_simulation_gives_the_answer_of_the_terminal(story: Story) -> None:
    story.command("noor", "simulate")
    said = simulated(
        story,
        level="sev3",
        category="financial",
        triggers=["financial:fraud"],
        tier="standard",
        health="54",
        renewal_on="2026-04-20",
        declared_at=int(NOON.timestamp()),
    )
    answer = simulate(
        SimulationQuestion(
            policy=preset("sev"),
            declared_at=NOON,
            level="sev3",
            category="financial",
            tier="standard",
            health=54,
            renewal_on=date(2026, 4, 20),
        )
    )
    assert answer["level"] == "sev2"
    assert all(reason in said for reason in answer["trace"])
    assert all(readable(at) in said for at in answer["due"].values())
    assert all(how in said for how in answer["roles"].values())
    assert "*Paged at once*: nobody" in said
    assert "*Copied*: Security" in said
    assert "*Checklist, if needed*: Escalate to Manager/VP, Assemble response team" in said


def test_an_account_of_the_directory_brings_its_facts_and_any_of_them_can_be_tried_otherwise(story: Story) -> None:
    story.command("noor", "simulate initech")
    account = story.form("noor").question("account")["element"]["initial_option"]
    assert account["text"]["text"] == "Initech"
    said = simulated(story, level="sev3")
    assert "*Initech*: tier standard, plan business, health 54" in said
    assert "Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health)." in said
    # What was asked is still there: one fact is changed and it is asked again.
    assert story.form("noor").question("level")["element"]["initial_option"]["value"] == "sev3"
    assert "no rule of the policy speaks" in simulated(story, health="80")


def test_an_accounts_past_counts_as_far_as_everybody_may_know_of_it(story: Story) -> None:
    for account, confidential in (("Initech", ["confidential"]), ("Initech", []), ("Acme", []), ("Acme", [])):
        number = story.declare("ana", account=account, level="sev4", confidential=confidential)
        story.act("dana", ids.PRESS_RESOLVE, number, fixed="Cleared.", cause="Full disk", **CONFIRMED)
    story.command("noor", "simulate initech")
    said = simulated(story, level="sev4")
    assert "escalated once in 30 days, confidential ones not counted" in said
    assert "Case review" not in said
    story.close_form("noor")
    story.command("noor", "simulate acme")
    said = simulated(story, level="sev4")
    assert "escalated 2 times in 30 days" in said
    assert "*Case review*: one is opened, after 3 escalations in 30 days" in said
    assert "*If “Full disk” is the cause again*: a change of the policy is suggested" in said
    later = int(moment("Fri 2026-04-10 12:00").timestamp())
    said = simulated(story, declared_at=later)
    assert "Case review" not in said
    assert "Full disk" not in said


def test_an_account_programme_is_asked_about_with_its_health(story: Story) -> None:
    story.command("noor", "simulate")
    tuesday = moment("Tue 2026-03-03 10:00")
    said = simulated(
        story,
        level="sev4",
        kind="account",
        health_state="yellow",
        declared_at=int(moment("Mon 2026-03-02 09:00").timestamp()),
        last_update_at=int(tuesday.timestamp()),
    )
    assert "Updates are due every 2 business days and on Friday at least, because the programme is YELLOW." in said
    assert "Thu 2026-03-05 10:00 -05:00" in said


def test_a_simulation_writes_nothing_and_tells_nobody(story: Story) -> None:
    before = story.state()["channels"]
    story.command("noor", "simulate acme")
    simulated(story, level="sev1")
    assert story.state()["channels"] == before
    assert story.program.services.escalations.live(viewer="U01NOOR").total == 0
    assert story.pages("dana") == []


def test_what_does_not_go_together_is_said_at_the_field(story: Story) -> None:
    story.command("noor", "simulate")
    answer = story.submit("noor", level="sev1", category="technical", triggers=["financial:fraud"])
    assert answer["errors"] == {
        "triggers": "One of these belongs to another category. Choose that one, or take it out."
    }


def test_a_trouble_that_begins_with_simulate_is_declared(story: Story) -> None:
    story.command("noor", "simulate mode is broken")
    assert story.form("noor").title == "Declare an escalation"


# When its file changes.

OWN = """
extends: sev
name: own
version: "{version}"
next_review_on: 2199-01-01
levels: {{sev3: {{response: {sev3}}}}}
"""


@pytest.fixture
def own(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story with a policy of the company's own."""
    write(folder, OWN.format(version=1, sev3="1bd"))
    with told(database_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun


def write(folder: Path, text: str) -> None:
    (folder / "own.yml").write_text(text, encoding="utf-8")


def look(story: Story) -> None:
    """Make the bot look at its files as often as it takes to find one lying still."""
    for _ in range(2):
        story._run(story.program.engine.files.look())
    story.settle()


def response(story: Story, number: int) -> str:
    clock = story.facts(number).response
    assert clock.terms is not None
    return str(clock.terms.target)


def test_a_changed_policy_is_for_new_escalations_and_a_running_one_keeps_its_own(own: Story, folder: Path) -> None:
    before = own.declare(account="Acme", level="sev3")
    write(folder, OWN.format(version=2, sev3="4h"))
    look(own)
    after = own.declare(account="Umbrella", level="sev3")
    assert [response(own, number) for number in (before, after)] == ["1bd", "4h"]
    assert "own, version 2." in json.dumps(shown(own.command("omar", "policy")))
    own.restart()
    assert response(own, before) == "1bd"


def test_a_form_that_is_open_while_the_policy_changes_asks_again_for_what_is_gone(own: Story, folder: Path) -> None:
    own.command("noor", "acme export is down")
    own.submit("noor", level="sev4", summary="")
    write(folder, "extends: three-tier\nname: own\nversion: '2'\nnext_review_on: 2199-01-01\n")
    look(own)
    answer = own.submit("noor", summary="Down")
    assert "has no such level" in answer["errors"]["level"]
    own.choose("noor", ids.ACCOUNT, "Acme")
    assert "Sev 4" not in own.form("noor").all_text


def test_a_file_that_is_being_written_is_left_alone_until_it_lies_still(own: Story, folder: Path) -> None:
    look(own)
    write(folder, "extends: se")
    own._run(own.program.engine.files.look())
    assert own.program.engine.files.problems() == {"policy": None, "directory": None}
    write(folder, OWN.format(version=2, sev3="4h"))
    look(own)
    assert own.program.services.policies.current.version == "2"
    assert own.direct("maria") == []


def test_a_broken_policy_never_replaces_a_good_one_and_everybody_who_should_hears_of_it(
    own: Story, folder: Path
) -> None:
    other = own.join_by_another()
    write(folder, "extends: sev\nname: own\nowner: <!channel>\nlevels:\n  sev3: {response: soon}\n")
    with capture_logs() as logs:
        look(own)
        look(own)
    problem = (
        f"{folder / 'own.yml'}, line 5: levels.sev3.response: 'soon' is not a duration; "
        "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
    )
    assert [(line["what"], line["problems"]) for line in logs if "file invalid" in line["event"]] == [
        ("policy", [problem])
    ]
    remarks = own._run(own.program.remarks())
    assert remarks == {"policy": f"the last good one stays in force, since {problem}", "directory": None}
    assert not any(own._run(own.program.readiness())[part] for part in ("database", "slack"))
    # It goes on with the good one.
    assert response(own, own.declare(account="Acme", level="sev3")) == "1bd"
    # Two processes notice it, and one person is told, once.
    own._run(other.engine.files.reload())
    own.settle()
    (message,) = own.direct("maria")
    assert "The policy file `own.yml` was changed and cannot be used. I go on with the one I have" in message.text
    assert "line 5: levels.sev3.response: 'soon' is not a duration" in message.text


def test_a_policy_that_is_mended_is_taken(own: Story, folder: Path) -> None:
    write(folder, "levels: 5\n")
    look(own)
    assert own.program.engine.files.problems()["policy"] is not None
    (folder / "own.yml").unlink()
    look(own)
    assert "there is no such policy" in str(own.program.engine.files.problems()["policy"])
    write(folder, OWN.format(version=1, sev3="1bd"))
    with capture_logs() as logs:
        look(own)
    assert [line["event"] for line in logs if line.get("what") == "policy"] == ["file valid again"]
    assert own.program.engine.files.problems() == {"policy": None, "directory": None}


def test_the_owner_of_the_policy_is_told_where_the_policy_names_a_person(database_url: str, folder: Path) -> None:
    write(folder, OWN.format(version=1, sev3="1bd") + "owner: ana@example.com\n")
    with told(database_url, folder, policy=str(folder / "own.yml")) as story:
        write(folder, "nonsense")
        look(story)
        assert ["own.yml" in message.text for message in story.direct("ana")] == [True]
        assert story.direct("maria") == []


def test_words_of_a_file_ping_nobody(own: Story, folder: Path) -> None:
    write(folder, "extends: '<!channel>'\n")
    look(own)
    (message,) = own.direct("maria")
    assert "&lt;!channel&gt;" in message.text
    assert "<!channel>" not in message.markup


def test_a_changed_directory_is_gone_by_at_once(own: Story, folder: Path) -> None:
    look(own)
    path = folder / "directory.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[dana@example.com, eli", "[eli@example.com, eli"), "utf-8"
    )
    look(own)
    assert own.facts(own.declare(account="Acme", level="sev3")).holder("fix_owner") == "U01ELI"
    path.write_text("areas: 5\n", encoding="utf-8")
    look(own)
    assert "areas: '5' is not a list" in str(own.program.engine.files.problems()["directory"])
    assert own.facts(own.declare(account="Acme", level="sev3")).holder("fix_owner") == "U01ELI"


# What another policy would change for those that run.

STRICTER = """
extends: sev
name: own
version: "2"
next_review_on: 2199-01-01
levels:
  sev2: {review_due: 2bd, invite: [fix_owner, relationship_owner, manager, vp_customer_success]}
  sev3: {response: 4bh, cadence: {internal: 4bh, customer: 4bh}}
rules:
  weak-health: null
  business-plan: {when: {plan: business}, tag: Business}
"""


def preview(story: Story, text: str) -> str:
    """Return what a policy would change for everything that is open."""
    services = story.program.services
    services.policies.adopt(load(text, "own.yml"))
    found = Migrations(services.records, services.policies, services.people).preview()
    return as_text(found, services.policies.current)


def test_a_preview_names_every_difference_and_its_reason_and_changes_nothing(story: Story) -> None:
    acme = story.declare(account="Acme", level="sev3", summary="Exports are slow")
    initech = story.declare(account="Initech", level="sev3", summary="Reports are slow")
    before = [story.facts(number) for number in (acme, initech)]
    assert preview(story, STRICTER).splitlines() == [
        (
            "own, version 2, would change 2 of 2 open escalations. "
            "Nothing was changed: each keeps the policy it was declared under."
        ),
        "",
        "ESC-1  Sev 3  Acme: Exports are slow  (under sev, version 1)",
        "  Response: 1 business day on business → 4 business hours on business.",
        "  Internal updates: every business day → every 4 business hours.",
        "  Customer updates: every business day → every 4 business hours.",
        "  Marks: none → Business.",
        "  Response due: Mon 2026-03-09 10:00 -04:00 → Fri 2026-03-06 14:00 -05:00.",
        "  Customer update due: Mon 2026-03-09 10:00 -04:00 → Fri 2026-03-06 14:00 -05:00.",
        "  Internal update due: Mon 2026-03-09 10:00 -04:00 → Fri 2026-03-06 14:00 -05:00.",
        "  New reason: Marked Business, because the plan is business (rule business-plan).",
        "",
        "ESC-2  Sev 2  Initech: Reports are slow  (under sev, version 1)",
        "  Level: Sev 2 → Sev 3.",
        "  Response: 1 hour on 24x7 → 4 business hours on business.",
        "  Resolution: 1 business day on business → 5 business days on business.",
        "  Internal updates: every 2 hours → every 4 business hours.",
        "  Customer updates: every 2 hours → every 4 business hours.",
        "  Invited: Fix owner, Relationship owner, Manager → Fix owner, Relationship owner.",
        "  Review: required → none.",
        "  Watched after resolution: 14 days → 7 days.",
        "  Marks: none → Business.",
        "  Response due: Fri 2026-03-06 11:00 -05:00 → Fri 2026-03-06 14:00 -05:00.",
        "  Resolution due: Mon 2026-03-09 10:00 -04:00 → Fri 2026-03-13 10:00 -04:00.",
        "  New reason: Marked Business, because the plan is business (rule business-plan).",
        "  No longer: Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health).",
    ]
    assert [story.facts(number) for number in (acme, initech)] == before


def test_a_preview_tells_of_what_is_confidential_neither_whose_it_is_nor_who_would_come(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", summary="Leaked keys", confidential=["confidential"])
    lines = preview(story, STRICTER).splitlines()[2:]
    assert lines[0] == f"ESC-{number}  Sev 2  confidential  (under sev, version 1)"
    assert lines[-2:] == ["  Brought in: 1.", "  Reasons that change: 1."]
    assert not any(word in line for line in lines for word in ("Acme", "Leaked", "omar", "because"))


def test_a_preview_names_who_would_be_brought_in_and_what_a_mitigated_one_owes(story: Story) -> None:
    number = story.declare(account="Umbrella", level="sev2", summary="Exports fail")
    story.act("dana", ids.PRESS_MITIGATE, number)
    said = preview(story, STRICTER)
    assert "  Brought in: omar@example.com as VP of Customer Success (nobody else was found)." in said
    assert "  Review due: Fri 2026-03-13 10:00 -04:00 → Tue 2026-03-10 10:00 -04:00." in said
    # Its clocks have stopped, and are not judged again.
    assert "Resolution due" not in said


def test_a_preview_says_what_cannot_move_and_what_need_not(story: Story) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are slow")
    assert preview(story, "extends: p-levels\nname: own\nversion: '3'\n").splitlines()[2:] == [
        "ESC-1  Sev 3  Acme: Exports are slow  (under sev, version 1)",
        "  It can't move, because own doesn't have the level Sev 3 (sev3).",
    ]
    assert preview(story, "extends: sev\nname: own\ntitle: The same\n").endswith("\n  Nothing would change.")
    story.declare(account="Umbrella", level="sev3", summary="Slow, too")
    assert preview(story, "extends: sev\nname: own\ntitle: The same\n").endswith(
        "\n  It runs under this policy already."
    )


def test_a_level_set_by_hand_stands_under_another_policy_too(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", summary="Exports are slow")
    story.menu("maria", "level", number, level="sev4", reason="They can wait.")
    said = preview(story, "extends: sev\nname: own\nlevels:\n  sev4: {response: 4bh}\n")
    assert "  Response: 2 business days on business → 4 business hours on business.\n" in said
    assert "Level:" not in said


# When its review is overdue.


def digests(story: Story, who: str) -> list[Seen]:
    return [message for message in story.direct(who) if "of your people" in message.text]


def test_an_overdue_review_is_said_with_the_policy_and_on_mondays_in_the_digest(
    database_url: str, folder: Path
) -> None:
    write(folder, "extends: sev\nname: own\nowner: Ana & Co\nnext_review_on: 2026-03-05\n")
    with told(database_url, folder, policy=str(folder / "own.yml")) as story:
        said = json.dumps(shown(story.command("omar", "policy")), ensure_ascii=False)
        assert (
            "The review of this policy was due on 2026-03-05, yesterday. "
            "Ana &amp; Co: look at it, then set its next_review_on."
        ) in said
        number = story.declare(account="Acme", level="sev4", summary="A wrong colour")
        story.command("dana", f"ack ESC-{number}")
        story.forward_to("Tue 2026-03-10 12:00")
        monday, tuesday = digests(story, "maria")
        assert "The review of this policy was due on 2026-03-05, 4 days ago. Ana &amp; Co" in monday.all_text
        assert "The review" not in tuesday.all_text
        compose = story.program.services.digests.compose
        assert "The review" not in digest.as_text(compose("U01MARIA"))
        story.forward_to("Mon 2026-03-16 08:00")
        assert "was due on 2026-03-05, 11 days ago" in digest.as_text(compose("U01MARIA"))


def test_a_policy_whose_review_lies_ahead_is_not_nagged_about(own: Story) -> None:
    own.declare(account="Acme", level="sev4", summary="A wrong colour")
    own.forward_to("Mon 2026-03-09 12:00")
    (monday,) = digests(own, "maria")
    assert "review" not in monday.all_text
    assert "was due" not in json.dumps(shown(own.command("omar", "policy")))
