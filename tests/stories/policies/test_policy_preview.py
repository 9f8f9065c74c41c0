"""`escalate policy migrate` as a preview: what another policy would make of the open escalations."""

from bot.commands.policy_migration import as_text
from bot.policy.file.loading import load
from bot.services.policies.migrations import Migrations
from bot.views.kit import ids
from tests.support.story import Story

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
        "  Acknowledge: 1 business day on business → 4 business hours on business.",
        "  Internal updates: every business day → every 4 business hours.",
        "  Customer updates: every business day → every 4 business hours.",
        "  Marks: none → Business.",
        "  Acknowledgement due: 9 Mar 10:00 AM EDT → 6 Mar 2:00 PM EST.",
        "  Customer update due: 9 Mar 10:00 AM EDT → 6 Mar 2:00 PM EST.",
        "  Internal update due: 9 Mar 10:00 AM EDT → 6 Mar 2:00 PM EST.",
        "  New reason: Marked Business, because the plan is business (rule business-plan).",
        "",
        "ESC-2  Sev 2  Initech: Reports are slow  (under sev, version 1)",
        "  Level: Sev 2 → Sev 3.",
        "  Acknowledge: 1 hour on 24x7 → 4 business hours on business.",
        "  Resolve: 1 business day on business → 5 business days on business.",
        "  Internal updates: every 2 hours → every 4 business hours.",
        "  Customer updates: every 2 hours → every 4 business hours.",
        "  Invited: Fix owner, Customer owner, Manager → Fix owner, Customer owner.",
        "  Review: required → none.",
        "  Watched after resolution: 14 days → 7 days.",
        "  Marks: none → Business.",
        "  Acknowledgement due: 6 Mar 11:00 AM EST → 6 Mar 2:00 PM EST.",
        "  Resolution due: 9 Mar 10:00 AM EDT → 13 Mar 10:00 AM EDT.",
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
    assert "  Brought in: omar@example.com as VP of Customer Success (default)." in said
    assert "  Review due: 13 Mar 10:00 AM EDT → 10 Mar 10:00 AM EDT." in said
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


def test_a_level_set_by_hand_holds_under_another_policy_too(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", summary="Exports are slow")
    story.menu("maria", "level", number, level="sev4", reason="They can wait.")
    said = preview(story, "extends: sev\nname: own\nlevels:\n  sev4: {response: 4bh}\n")
    assert "  Acknowledge: 2 business days on business → 4 business hours on business.\n" in said
    assert "Level:" not in said


# When its review is overdue.
