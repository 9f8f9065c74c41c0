"""A slash command under another name in Slack than in the settings is answered, and operators read of it."""

from tests.support.story import USERS, Story


def test_a_command_by_another_name_than_in_the_settings_is_answered_and_reported(story: Story) -> None:
    story.restart(command="/esc")
    assert "command" not in story.run(story.program.remarks())
    number = story.declare(level="sev3")
    answer = story.control.post("command", user=USERS["noor"], channel="general", command="/escalate", text="list")
    assert f"ESC-{number}" in str(answer["ack"])
    says = "people type /escalate, and messages name /esc; set ESCALATE_COMMAND=/escalate"
    assert story.run(story.program.remarks())["command"] == says
    assert story.run(story.program.readiness())["slack"] is None
