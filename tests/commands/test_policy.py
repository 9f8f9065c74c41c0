import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands import matrix
from bot.policy.file.loading import PRESETS, load, preset
from bot.policy.preview.simulation import SimulationQuestion, simulate
from tests.commands.program import Program
from tests.views.test_dates import OTHER_DATES

OWN = "extends: sev\nname: own\nnext_review_on: 2199-01-01\n"
FRIDAY = ("--declared-at", "2025-01-10T17:00:00-05:00")
TODAY = date(2026, 3, 6)
MONDAY = ("--declared-at", "2025-01-06T09:00:00-05:00")


def simulated(escalate: Program, *words: str) -> dict[str, Any]:
    said = escalate("policy", "simulate", *words, "--json")
    assert (said.status, said.err) == (0, "")
    answer: dict[str, Any] = json.loads(said.out)
    return answer


# Checking.


def test_a_policy_without_a_flaw_is_in_order(escalate: Program) -> None:
    file = escalate.file("own.yml", OWN)
    said = escalate("policy", "check", file)
    assert (said.status, said.err) == (0, "")
    assert said.out == f"{file} is in order (own, version 1: 4 levels, 11 categories, 5 rules).\n"


def test_every_problem_is_named_by_line_and_field_with_what_would_be_right(escalate: Program) -> None:
    file = escalate.file(
        "own.yml", f"{OWN}levels:\n  sev1:\n    response: 1 hour\n    cadenc: 30m\n  sev2: {{page: 3}}\n"
    )
    said = escalate("policy", "check", file)
    assert (said.status, said.out) == (1, "")
    assert said.problems == [
        (
            f"{file}, line 6: levels.sev1.response: '1 hour' is not a duration; "
            "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
        ),
        f"{file}, line 7: levels.sev1.cadenc: there is no such key; did you mean cadence?",
        f"{file}, line 8: levels.sev2.page: '3' is not a list; write a list: [one, two]",
    ]


def test_an_unwise_policy_is_reported_and_can_be_used(escalate: Program) -> None:
    file = escalate.file("own.yml", f"{OWN}levels:\n  sev1: {{page: []}}\n")
    said = escalate("policy", "check", file)
    assert said.status == 0
    assert said.problems == [
        f"{file}, line 5: levels.sev1.page: no one is paged when Sev 1 is declared; name fix_owner"
    ]
    assert said.out == f"{file} can be used, with 1 warning (own, version 1: 4 levels, 11 categories, 5 rules).\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        bytes(range(256)),
        OWN.encode("utf-16")[:-1],
        b"- a list\n",
        b"only words\n",
        b"a:\n\t- tab\n",
        b"extends: [sev]\n",
        b"extends: own\n",
        b"extends: sev\nname: &own own\ntitle: {a: *own}\n",
        b"extends: sev\nname: own\nlevels:\n",
        b"extends: sev\nname: own\nlevels: {sev1: null, sev2: null, sev3: null, sev4: null}\n",
        b"extends: sev\nname: own\ncalendars: {business: {zone: ../../zone}}\n",
        b"extends: sev\nname: own\nnext_review_on: 2025-02-30\n",
        b"extends: sev\nname: own\n[a]: b\n",
        b"extends: sev\nname: '\n",
        b"%YAML 9\n---\na: b\n",
        b"a: b\n---\nc: d\n",
        b"a: " + b"[" * 2000 + b"]" * 2000,
    ],
)
def test_whatever_the_file_is_the_answer_is_a_sentence(escalate: Program, content: bytes) -> None:
    said = escalate("policy", "check", escalate.file("own.yml", content))
    assert (said.status, said.out) == (1, "")
    assert said.problems
    assert all("own.yml" in problem or ".yml, line" in problem for problem in said.problems)


def test_a_file_written_on_windows_is_read(escalate: Program) -> None:
    file = escalate.file("own.yml", b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert escalate("policy", "check", file).status == 0


def test_a_file_that_is_not_there_is_wrong_usage(escalate: Program) -> None:
    said = escalate("policy", "check", "nowhere.yml")
    assert (said.status, said.out) == (2, "")
    assert "'nowhere.yml' does not exist" in said.err
    assert escalate("policy", "check", escalate.folder).status == 2
    assert escalate("policy", "check").status == 2


# Showing.


def test_the_matrix_is_a_table_with_a_column_for_each_level(escalate: Program) -> None:
    said = escalate("policy", "show", "--policy", "sev", COLUMNS="100")
    assert said.status == 0
    assert said.lines[:7] == [
        "Severity 1 to 4 (sev, version 1)",
        "Owner: Customer Success Team. Next review: not set.",
        "Calendar business: America/New_York, MON-FRI 09:00-18:00, no public holidays",
        "Calendar legal: America/New_York, MON-FRI 09:00-17:00, no public holidays",
        "",
        "                  Sev 1                Sev 2                Sev 3                Sev 4",
        "Code              sev1                 sev2                 sev3                 sev4",
    ]
    rows = {line.partition("  ")[0]: line.split("  ") for line in said.lines if "  " in line}
    assert [cell.strip() for cell in rows["Acknowledge"] if cell][1:] == [
        "15 minutes",
        "1 hour",
        "1 business day",
        "2 business days",
    ]
    assert "  weak-health        one level up                   when health below 60: A small bug on a" in said.out
    assert "  renewal-quarter    one level up                   when health at most 70 and renewal within" in said.out
    assert "  top-tier-floor     at least Sev 2 (switched off)  when (tier strategic or health below 60)" in said.out
    assert "  unpaid-plan        at most Sev 2                  when plan free or trial: Sev 1 is for a" in said.out
    assert "  security_privacy  from Sev 1  Security           never below Sev 1, confidential" in said.lines


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_every_preset_can_be_shown_at_any_width(name: str, width: int) -> None:
    shown = matrix.as_text(preset(name), width, TODAY)
    assert all(level.label in shown for level in preset(name).levels)
    if width >= 80:
        assert max(map(len, shown.splitlines())) <= width


def test_a_condition_is_written_as_people_say_it() -> None:
    policy = load(
        f"{OWN}rules:\n"
        "  a: {when: {all: [{vip: true}, {not: {region: [EMEA, LATAM]}}]}, bump: 1}\n"
        "  b: {when: {dedicated_csm: false, arr: {at_least: 5, below: 9}}, multiply: 0.5}\n"
        "  c: {when: {fact: {segment: [gold]}, escalations: {at_least: 3, within_days: 30}}, tag: Watch}\n",
        "own.yml",
    )
    shown = matrix.as_text(policy, 200, TODAY)
    assert "one level up                       when (vip and not (region EMEA or LATAM))" in shown
    assert "response and resolution times 0.5  when" in shown
    assert "when not dedicated csm and arr below 9 and at least 5" in shown
    assert "when fact segment gold and 3 escalations within 30 days" in shown


def test_opening_hours_are_written_short() -> None:
    policy = load(
        f"{OWN}calendars:\n  shop:\n    zone: Europe/Berlin\n"
        "    hours: {MON-WED: '09:00-17:00', FRI: ['09:00-12:00', '13:00-15:00']}\n"
        "    holidays: {country: DE, subdivision: BE}\n    closed: [2026-12-24]\n",
        "own.yml",
    )
    assert (
        "Calendar shop: Europe/Berlin, MON-WED 09:00-17:00, FRI 09:00-12:00 and 13:00-15:00, "
        "public holidays of DE BE, 1 own closed dates"
    ) in matrix.as_text(policy, 100, TODAY)


@pytest.mark.parametrize("name", PRESETS)
def test_the_effective_policy_is_a_file_that_extends_nothing_and_means_the_same(escalate: Program, name: str) -> None:
    shown = escalate("policy", "show", "--policy", name, "--yaml")
    assert shown.status == 0
    assert "extends" not in shown.out
    assert load(shown.out, "shown.yml") == preset(name)


def test_without_a_name_the_policy_that_is_set_is_shown(escalate: Program) -> None:
    file = escalate.file("own.yml", f"{OWN}title: Our own rules\n")
    assert escalate("policy", "show").lines[0] == "Severity 1 to 4 (sev, version 1)"
    assert escalate("policy", "show", ESCALATE_POLICY="gitlab").lines[0].endswith("(gitlab, version 1)")
    assert escalate("policy", "show", ESCALATE_POLICY=str(file)).lines[0] == "Our own rules (own, version 1)"


def test_a_policy_that_is_not_there_is_answered_with_those_that_are(escalate: Program) -> None:
    said = escalate("policy", "show", "--policy", "sevv")
    assert (said.status, said.out) == (1, "")
    assert said.err == (f"sevv: there is no such policy; name a preset ({', '.join(PRESETS)}) or a file that exists.\n")


# Simulating.


def test_a_simulation_answers_with_one_object_of_the_shape_that_stays_put(escalate: Program) -> None:
    answer = simulated(escalate, "--preset", "sev", *FRIDAY, "--level", "sev3", "--health", "54")
    asked = SimulationQuestion(
        policy=preset("sev"), declared_at=datetime.fromisoformat(FRIDAY[1]), level="sev3", health=54
    )
    assert answer == simulate(asked)
    assert list(answer) == [
        "level",
        "trace",
        "due",
        "roles",
        "page",
        "if_unresolved",
        "checklist",
        "monitor_days",
        "visibility",
    ]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (("--preset", "three-tier", *FRIDAY, "--level", "high"), "2025-01-13T12:00:00-05:00"),
        (("--preset", "three-tier", *FRIDAY, "--level", "HIGH", "--plan", "Enterprise"), "2025-01-10T19:00:00-05:00"),
        (("--preset", "three-tier", *FRIDAY, "--level", "high", "--vip"), "2025-01-10T19:00:00-05:00"),
        (("--preset", "three-tier", *FRIDAY, "--level", "high", "--tier", "Enterprise"), "2025-01-10T19:00:00-05:00"),
        (
            ("--preset", "three-tier", *MONDAY, "--level", "high", "--category", "account_access"),
            "2025-01-06T11:00:00-05:00",
        ),
        (("--preset", "gitlab", *FRIDAY, "--level", "critical"), None),
    ],
)
def test_every_fact_can_be_given(escalate: Program, words: tuple[str, ...], due: str | None) -> None:
    assert simulated(escalate, *words)["due"]["response"] == due


def test_an_account_programme_is_asked_about_with_its_health_and_last_update(escalate: Program) -> None:
    words = ("--preset", "p-levels", *MONDAY, "--level", "p4", "--health-state", "YELLOW")
    last = ("--last-update-at", "2025-01-09T10:00:00-05:00")
    assert (
        simulated(escalate, *words, "--kind", "account", *last)["due"]["customer_update"] == "2025-01-10T18:00:00-05:00"
    )
    assert simulated(escalate, *words, *last) == simulated(escalate, *words, "--kind", "account", *last)


def test_a_renewal_and_a_policy_of_ones_own_count(escalate: Program) -> None:
    file = escalate.file("own.yml", f"{OWN}levels:\n  sev2: {{label: Serious}}\n")
    words = ("--policy", str(file), *MONDAY, "--level", "sev3", "--health", "70", "--renewal-on", "2025-02-15")
    assert simulated(escalate, *words)["level"] == "sev2"
    said = escalate("policy", "simulate", *words)
    assert said.lines[0].startswith("Serious: ")
    assert [wrong for line in said.lines for wrong in OTHER_DATES.findall(line)] == []


def test_a_trigger_counts_where_a_rule_asks_for_it(escalate: Program) -> None:
    file = escalate.file("own.yml", f"{OWN}rules:\n  fraud-is-grave: {{when: {{trigger: fraud}}, floor: sev1}}\n")
    words = ("--policy", str(file), *MONDAY, "--level", "sev3", "--category", "financial")
    assert simulated(escalate, *words)["level"] == "sev3"
    assert simulated(escalate, *words, "--trigger", "fraud")["level"] == "sev1"
    said = escalate("policy", "simulate", *words, "--trigger", "frau")
    assert (said.status, said.problems[0]) == (1, "financial has no trigger 'frau'; did you mean fraud?")
    said = escalate("policy", "simulate", *words[:-2], "--trigger", "fraud")
    assert (said.status, said.problems[0]) == (1, "triggers belong to a category; name that, too")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2025-07-07T09:00", "2025-07-07T09:15:00-04:00"),
        ("2025-01-06 09:00:00", "2025-01-06T09:15:00-05:00"),
        ("2025-01-06T14:00:00Z", "2025-01-06T09:15:00-05:00"),
    ],
)
def test_a_time_without_an_offset_is_read_in_the_policys_zone(escalate: Program, given: str, read: str) -> None:
    answer = simulated(escalate, "--preset", "sev", "--declared-at", given, "--level", "sev1")
    assert answer["due"]["response"] == read


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("2025-03-09T02:30", "clocks in America/New_York show 2025-03-09 02:30:00 never on that day; add the offset."),
        ("2025-11-02T01:30", "clocks in America/New_York show 2025-11-02 01:30:00 twice on that day; add the offset."),
        ("2025-01-10", "'2025-01-10' is a day; add the time, as in 2025-01-10T17:00:00-05:00."),
        ("yesterday", "'yesterday' isn't a time; write it as 2025-01-10T17:00:00-05:00."),
        ("9999-12-31T23:59:59+00:00", "'9999-12-31T23:59:59+00:00' is not within the years 1970 to 2199."),
        ("0001-01-01T00:00:00+14:00", "'0001-01-01T00:00:00+14:00' is not within the years 1970 to 2199."),
    ],
)
def test_a_time_that_means_nothing_certain_is_refused_with_the_reason(
    escalate: Program, given: str, reason: str
) -> None:
    for option in ("--declared-at", "--last-update-at"):
        said = escalate("policy", "simulate", "--preset", "sev", *MONDAY, "--level", "sev1", option, given)
        assert (said.status, said.out) == (2, "")
        assert said.err.endswith(f"{option}: {reason}\n") or said.err.endswith(f"'{option}': {reason}\n")


@pytest.mark.parametrize("at", ["1970-01-01T00:00+14:00", "2199-12-31T23:59:59-23:59"])
@pytest.mark.parametrize("name", PRESETS)
def test_the_first_and_the_last_time_that_are_taken_can_be_answered(escalate: Program, name: str, at: str) -> None:
    for level in preset(name).levels:
        words = ("--preset", name, "--declared-at", at, "--level", level.code, "--health-state", "green")
        assert simulated(escalate, *words, "--renewal-on", "9999-12-31")["level"] == level.code


@pytest.mark.parametrize(
    ("words", "said_of_it"),
    [
        ((*MONDAY, "--level", "sev1"), "Name one of --preset and --policy."),
        (("--preset", "sev", "--policy", "own.yml", *MONDAY, "--level", "sev1"), "Name one of --preset and --policy."),
        (("--preset", "sev", "--level", "sev1"), "Missing option '--declared-at'."),
        (("--preset", "sev", *MONDAY), "Missing option '--level'."),
        (
            ("--preset", "sevv", *MONDAY, "--level", "sev1"),
            f"not one of {str(PRESETS)[1:-1]}.",
        ),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--kind", "x"), "'x' is not one of 'issue', 'account'."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--tier", "x"), "'strategic', 'enterprise', 'standard'."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--health-state", "x"), "'red', 'yellow', 'green'."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--health", "101"), "101 is not in the range 0<=x<=100."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--renewal-on", "soon"), "write it as 2025-02-20."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--renewal-on", "2025-02-20T10:00"), "isn't a date"),
        (("--policy", "nowhere.yml", *MONDAY, "--level", "sev1"), "'nowhere.yml' does not exist."),
        (("--preset", "sev", *MONDAY, "--level", "sev1", "--colour", "x"), "No such option '--colour'"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(escalate: Program, words: tuple[str, ...], said_of_it: str) -> None:
    escalate.file("own.yml", OWN)
    said = escalate("policy", "simulate", *words)
    assert (said.status, said.out) == (2, "")
    assert said_of_it in said.err


def test_what_the_policy_does_not_have_is_answered_with_what_it_has(escalate: Program) -> None:
    said = escalate("policy", "simulate", "--preset", "gitlab", *MONDAY, "--level", "sev1", "--category", "weather")
    assert (said.status, said.out) == (1, "")
    assert "there is no level 'sev1'" in said.problems[0]
    assert "there is no category 'weather'" in said.problems[1]
    assert said.problems[2] == "gitlab has the levels critical, high, medium, low;"
    assert said.problems[3].startswith("and the categories security_privacy, financial, ")


def test_a_broken_policy_is_not_simulated(escalate: Program) -> None:
    file = escalate.file("own.yml", "extends: sev\nname: own\nlevels: 5\n")
    said = escalate("policy", "simulate", "--policy", file, *MONDAY, "--level", "sev1")
    assert (said.status, said.out) == (1, "")
    assert said.problems == [f"{file}, line 3: levels: '5' is not a list; write keys and values below it"]


def test_a_simulation_loads_neither_database_nor_slack(escalate: Program) -> None:
    words = ["policy", "simulate", "--preset", "sev", *MONDAY, "--level", "sev1", "--json"]
    said = escalate.script(
        "import sys; from bot.__main__ import main\n"
        f"main({words!r}, standalone_mode=False)\n"
        "sys.exit(bool({'sqlalchemy', 'alembic', 'slack_sdk', 'slack_bolt', 'aiohttp'} & set(sys.modules)))"
    )
    assert said.status == 0
    assert json.loads(said.out)["level"] == "sev1"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_no_terminal_lacks_so_many_letters_that_nothing_is_said(escalate: Program, encoding: str) -> None:
    words = ("policy", "simulate", "--preset", "sev", *MONDAY, "--level", "sev3", "--health", "54")
    assert "Sev 2" in escalate.run(*words, PYTHONIOENCODING=encoding).out
    answer = json.loads(escalate.run(*words, "--json", PYTHONIOENCODING=encoding).out)
    assert "Sev 3 chosen → Sev 2" in answer["trace"][0]


def test_the_day_on_which_a_review_was_due_decides_what_is_unwise(escalate: Program) -> None:
    file = escalate.file("own.yml", f"extends: sev\nname: own\nnext_review_on: {date(2020, 1, 1)}\n")
    assert "the review was due on 2020-01-01" in escalate("policy", "check", file).err


def test_a_review_date_that_has_passed_is_said_where_the_policy_is_shown(escalate: Program) -> None:
    late = escalate.file("late.yml", "extends: sev\nname: own\nowner: Ana Ruiz\nnext_review_on: 2020-01-01\n")
    said = escalate("policy", "show", "--policy", late, COLUMNS="200").lines[2]
    assert said.startswith("The review of this policy was due on 1 Jan 2020, ")
    assert said.endswith(" days ago. Ana Ruiz: look at it, then set its next_review_on.")
    timely = escalate.file("own.yml", OWN)
    assert "was due" not in escalate("policy", "show", "--policy", timely).out


# Moving to another policy.


def test_migrating_is_refused_and_says_why(escalate: Program) -> None:
    said = escalate("policy", "migrate")
    assert (said.status, said.out) == (2, "")
    assert "An escalation keeps the policy it was declared under" in said.err
    assert "--dry-run" in said.err


def test_a_preview_of_nothing_says_so(with_database: Program) -> None:
    said = with_database("policy", "migrate", "--dry-run", ESCALATE_POLICY="gitlab")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "gitlab, version 1, would change 0 of 0 open escalations. "
        "Nothing was changed: each keeps the policy it was declared under.\n"
    )


def test_a_preview_asks_for_tables_that_are_up_to_date(escalate: Program, folder: Path) -> None:
    said = escalate("policy", "migrate", "--dry-run", DATABASE_URL=f"sqlite:///{folder}/empty.db")
    assert (said.status, said.out) == (1, "")
    assert "escalate migrate" in said.err


# A matrix in place of the level, and numbers for a plan.

MATRIX = f"""{OWN}matrix:
  broken: {{answers: {{down: The service is down, part: A core feature fails}}}}
  affected: {{answers: {{all: Everyone, team: A team}}}}
  levels: {{down: {{all: sev1, team: sev2}}, part: {{all: sev3, team: sev4}}}}
levels:
  sev2: {{plans: {{premier: {{response: 30m}}, free: {{response: none}}}}}}
"""


def test_answers_take_the_place_of_the_level(escalate: Program) -> None:
    words = ("--policy", str(escalate.file("asked.yml", MATRIX)), *MONDAY, "--broken", "down", "--affected", "team")
    assert simulated(escalate, *words)["level"] == "sev2"
    assert simulated(escalate, *words, "--plan", "premier")["due"]["response"] == "2025-01-06T09:30:00-05:00"
    assert simulated(escalate, *words, "--plan", "free")["due"]["response"] is None
    said = escalate("policy", "simulate", *words[:-2], "--affected", "tem")
    assert (said.status, said.problems[0]) == (
        1,
        "there is no answer 'tem' to “How many are affected?” (affected); did you mean team?",
    )
    said = escalate("policy", "simulate", *words[:4])
    assert (said.status, said.problems[-1]) == (
        2,
        "Error: Missing option '--level'. With a matrix, give --broken and --affected instead.",
    )


def test_check_and_show_know_the_matrix_and_the_plans(escalate: Program) -> None:
    file = escalate.file("asked.yml", MATRIX)
    said = escalate("policy", "check", file)
    assert said.out.endswith("(own, version 1: 4 levels, a matrix of 2 by 2, 11 categories, 5 rules).\n")
    shown = escalate("policy", "show", "--policy", file).out
    assert "How severity is found:" in shown
    assert re.search(r"  The service is down +Sev 1 +Sev 2\n", shown)
    assert "  Sev 2  premier  response 1 hour → 30 minutes" in shown
    assert load(escalate("policy", "show", "--policy", file, "--yaml").out, "whole.yml") == load(MATRIX, "asked.yml")


def test_check_names_empty_rungs_areas_without_an_owner_and_teams_without_a_route(escalate: Program) -> None:
    file = escalate.file("own.yml", f"{OWN}teams:\n  legal: {{email: null}}\n")
    directory = escalate.file("directory.yml", "areas: [{key: exports, name: Exports}]\n")
    escalate.settings["ESCALATE_DIRECTORY"] = str(directory)
    said = escalate("policy", "check", file)
    assert said.status == 0, "they are warnings"
    for words in (
        "directory: No one is the fallback manager: if no one else is named, the declarer holds it. Name a fallback.",
        "directory: The area Exports has no owner: it goes to the fallback. Give it an owner.",
        "directory: No one is named for “CEO / Executive Leadership” (l5): it is skipped when pages go up.",
        "directory: The team Legal has no channel, mail or phone: the card asks people to reach it.",
    ):
        assert words in " ".join(said.err.split()), said.err
    gaps = said.err.count("\ndirectory: ") + said.err.startswith("directory: ")
    assert said.out.endswith(f"The directory has {gaps} gaps.\n"), "it isn't all in order"
