"""`escalate wording check`, for people and for programs."""

import json
from pathlib import Path

from tests.commands.program import Program

REFUND = {
    "rule": "compensation",
    "text": "We will refund",
    "why": "Compensation needs an approval first.",
    "better": "I've passed your request to our billing team; they'll reply by [time].",
}


def test_json_is_one_object_with_every_finding(escalate: Program) -> None:
    said = escalate("wording", "check", "--json", typed="We will refund you. Es tut uns leid.")
    assert (said.status, json.loads(said.out)) == (0, {"findings": [REFUND]})


def test_json_lines_are_read_and_written_one_by_one(escalate: Program) -> None:
    texts = ["We will refund you.", "I'm sorry.\n\nWe'll write by 3 PM.", "Das ist die Schuld von AWS."]
    said = escalate("wording", "check", "--jsonl", typed="".join(f"{json.dumps(text)}\n" for text in texts))
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [[each["rule"] for each in one["findings"]] for one in found] == [["compensation"], [], ["blame"]]


def test_a_line_that_is_no_string_is_an_error_with_its_number(escalate: Program) -> None:
    said = escalate("wording", "check", "--jsonl", typed='"ok"\nnot json\n')
    assert said.status == 1
    assert "line 2" in said.err


def test_people_read_what_is_wrong_and_what_would_be_better(escalate: Program) -> None:
    said = escalate("wording", "check", typed="It should be fixed by Friday.")
    assert said.out.startswith("timeline (warn): “should be fixed by Friday”. That's a time for the fix")
    assert escalate("wording", "check", typed="I'm sorry.").out == "Nothing found.\n"


def test_a_policy_file_decides(escalate: Program, tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    path.write_text("extends: sev\nname: own\nwording: {compensation: off}\n", encoding="utf-8")
    said = escalate("wording", "check", "--policy", str(path), "--json", typed="We will refund you.")
    assert json.loads(said.out) == {"findings": []}
