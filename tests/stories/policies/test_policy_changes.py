"""A policy or directory file that changes while the bot runs."""

import json
from pathlib import Path

from structlog.testing import capture_logs

from bot.views.kit import ids
from tests.stories.policies.own_policy import OWN, shown, write
from tests.support.story import Story
from tests.support.story import story as told


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
    assert "no longer has this one" in answer["errors"]["level"]
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


def test_a_broken_policy_never_replaces_a_good_one_and_is_reported_to_everybody_responsible(
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
    # It keeps the good one.
    assert response(own, own.declare(account="Acme", level="sev3")) == "1bd"
    # Two processes notice it, and one person is notified, once.
    own._run(other.engine.files.reload())
    own.settle()
    (message,) = own.direct("maria")
    assert "The policy file `own.yml` has errors. We keep using the last valid one" in message.text
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


def test_the_owner_of_the_policy_is_notified_if_the_policy_names_a_person(database_url: str, folder: Path) -> None:
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
