from datetime import date

import pytest

from bot.errors import BadInput
from bot.policy.file.loading import PRESETS, check, load, preset, preset_text
from bot.policy.model.rules import Policy
from bot.views.policies import policy_words

HEAD = "extends: sev\nname: own\n"


def problems(text: str) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        load(text, "policy.yml")
    return list(refusal.value.problems)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "levels:\n  sev2: {response: 1 hour}\n",
            (
                "line 4: levels.sev2.response: '1 hour' is not a duration; "
                "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
            ),
        ),
        (
            "levels:\n  sev2:\n    respnse: 2h\n",
            "line 5: levels.sev2.respnse: there is no such key; did you mean response?",
        ),
        ("levles: {}\n", "line 3: levles: there is no such key; did you mean levels?"),
        (
            "levels:\n  sev5: {label: Sev 5}\n",
            "line 4: levels.sev5.definition: this is missing; write text",
        ),
        (
            "levels:\n  sev1: {cadence: {internal: hourly}}\n",
            (
                "line 4: levels.sev1.cadence.internal: 'hourly' is not a cadence; "
                "write 30m, 1bd, on_change, as_needed, none or {every: …}"
            ),
        ),
        (
            "levels:\n  sev1: {monitor: thirty}\n",
            "line 4: levels.sev1.monitor: 'thirty' is not a whole number; write a whole number",
        ),
        ("levels:\n  sev1: {monitor: -1}\n", "line 4: levels.sev1.monitor: '-1' is too small; write at least 0"),
        (
            f"levels:\n  sev1: {{short: {'x' * 76}}}\n",
            "line 4: levels.sev1.short: 76 characters are too many; at most 75 fit",
        ),
        ("levels:\n  sev1: {short: ' '}\n", "line 4: levels.sev1.short: this is empty; write text"),
        (
            "levels:\n  sev1: {review: requierd}\n",
            "line 4: levels.sev1.review: 'requierd' is not one of them; did you mean required?",
        ),
        (
            "levels:\n  sev3: {review: required}\n",
            "line 4: levels.sev3: a review without a term; write review_due, such as 5bd",
        ),
        (
            "levels:\n  sev1: {calendar: bussiness}\n",
            "line 4: levels.sev1.calendar: there is no calendar 'bussiness'; did you mean business?",
        ),
        (
            "levels:\n  sev1:\n    page: [fix_owner, fixowner]\n",
            "line 5: levels.sev1.page[2]: there is no slot 'fixowner'; did you mean fix_owner?",
        ),
        (
            "levels:\n  sev1:\n    climb_unresolved:\n      30m: manager\n      2h: vp\n",
            ("line 7: levels.sev1.climb_unresolved.2h: there is no slot 'vp'; did you mean vp_customer_success?"),
        ),
        (
            "levels:\n  sev1: {climb_unresolved: {soon: manager}}\n",
            (
                "line 4: levels.sev1.climb_unresolved.soon.after: 'soon' is not a duration; "
                "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
            ),
        ),
        (
            "levels:\n  sev1: {channel: on_request}\n",
            "line 4: levels.sev1.channel: every escalation has a channel, at every level; take this key out",
        ),
        (
            "levels:\n  sev1: {checklist: {create_tickets: required}}\n",
            (
                "line 4: levels.sev1.checklist.create_tickets: there is no checklist item 'create_tickets'; "
                "did you mean create_ticket?"
            ),
        ),
        (
            "levels:\n  sev1: {ladder: [l1, l9]}\n",
            (
                "line 4: levels.sev1.ladder[2].rung: there is no rung 'l9'; "
                "write one of l1, l2, l3, l4, l5, owner, product, technical"
            ),
        ),
        (
            "levels:\n  sev2: {aliases: [s1]}\n",
            "line 4: levels.sev2.aliases[1]: 's1' names two levels; an alias leads to one level",
        ),
        (
            "levels:\n  sev1: {code: sev9}\n",
            "line 3: levels: sev1 calls itself sev9; leave its code out",
        ),
        ("teams:\n  odd: Odd\n", "line 4: teams.odd: 'Odd' is not a mapping; write keys and values below it"),
        ("teams:\n  odd:\n", "line 4: teams.odd.name: this is missing; write text"),
        ("levels: [sev1]\n", "line 3: levels[1]: 'sev1' is not a mapping; write keys and values below it"),
        ("levels: high\n", "line 3: levels: 'high' is not a list; write keys and values below it"),
        (
            "levels:\n  Sev 9: {label: Sev 9, definition: x, short: x, cadence: {internal: 1h, customer: 1h}}\n",
            (
                "line 4: levels.Sev 9.code: 'Sev 9' cannot be a key; "
                "write a short key in small letters, digits, - and _, such as account_access"
            ),
        ),
        (
            "rules:\n  weak-health:\n    when: {health: {bellow: 60}}\n",
            "line 5: rules.weak-health.when.health.bellow: there is no such key; did you mean below?",
        ),
        (
            "rules:\n  weak-health: {when: {health: weak}}\n",
            (
                "line 4: rules.weak-health.when.health: 'weak' sets no bound; "
                "write {below: 60}, {at_most: 70}, {at_least: 3} or {above: 5}"
            ),
        ),
        (
            "rules:\n  odd: {when: {health: {below: sixty}}, bump: 1}\n",
            "line 4: rules.odd.when.health.below: 'sixty' is not a number; write a number",
        ),
        (
            "rules:\n  odd: {when: {}, bump: 1}\n",
            "line 4: rules.odd.when: there is no condition; write what must hold, such as {tier: strategic}",
        ),
        (
            "rules:\n  odd: {when: {health: {}}, bump: 1}\n",
            (
                "line 4: rules.odd.when.health: there is no bound; "
                "write {below: 60}, {at_most: 70}, {at_least: 3} or {above: 5}"
            ),
        ),
        (
            "rules:\n  odd: {when: {any: [{tier: gold}, {not: {level: sev0}}]}, bump: 1}\n",
            "line 4: rules.odd.when.any[2].not.level: there is no level 'sev0'; did you mean sev4?",
        ),
        (
            "rules:\n  odd: {when: {health_state: [RED, ORANGE]}, bump: 1}\n",
            "line 4: rules.odd.when.health_state[2]: 'orange' is not one of them; write one of green, red, yellow",
        ),
        (
            "rules:\n  odd: {when: {vip: maybe}, bump: 1}\n",
            "line 4: rules.odd.when.vip: 'maybe' is not yes or no; write true or false",
        ),
        (
            "rules:\n  odd: {when: {vip: true}, bump: 2}\n",
            "line 4: rules.odd.bump: '2' is not a bump; write 1: all bumps together move at most one step",
        ),
        (
            "rules:\n  odd: {when: {vip: true}}\n",
            (
                "line 4: rules.odd: the rule does nothing; "
                "give it exactly one of bump, floor, cap, multiply, set_calendar, tag, add_role"
            ),
        ),
        (
            "rules:\n  odd: {when: {vip: true}, bump: 1, floor: sev2}\n",
            (
                "line 4: rules.odd: the rule does bump and floor; "
                "give it exactly one of bump, floor, cap, multiply, set_calendar, tag, add_role"
            ),
        ),
        (
            "rules:\n  odd: {when: {vip: true}, floor: sev0}\n",
            "line 4: rules.odd.floor: there is no level 'sev0'; did you mean sev4?",
        ),
        (
            "rules:\n  odd: {when: {vip: true}, multiply: 0}\n",
            "line 4: rules.odd.multiply: '0' is too small; write a number above 0",
        ),
        (
            "rules:\n  odd: {when: {vip: true}, set_calendar: 24x6}\n",
            "line 4: rules.odd.set_calendar: there is no calendar '24x6'; did you mean 24x7?",
        ),
        (
            "rules:\n  odd: {when: {vip: true}, add_role: sponsor}\n",
            "line 4: rules.odd.add_role: there is no slot 'sponsor'; did you mean executive_sponsor?",
        ),
        (
            "categories:\n  technical: {team: tech}\n",
            "line 4: categories.technical.team: there is no team 'tech'; did you mean tech_support?",
        ),
        (
            "categories:\n  technical: {level: high}\n",
            "line 4: categories.technical.level: there is no level 'high'; write one of sev1, sev2, sev3, sev4",
        ),
        (
            "categories:\n  technical: {verification: highest}\n",
            "line 4: categories.technical.verification: there is no verification tier 'highest'; did you mean high?",
        ),
        (
            "categories:\n  technical:\n    triggers:\n      - {key: t, text: T, copies: [legall]}\n",
            "line 6: categories.technical.triggers[1].copies[1]: there is no team 'legall'; did you mean legal?",
        ),
        (
            "categories:\n  technical: {visibility: secret}\n",
            "line 4: categories.technical.visibility: 'secret' is not one of them; write one of private, public",
        ),
        (
            "teams:\n  legal: {calendar: courts}\n",
            "line 4: teams.legal.calendar: there is no calendar 'courts'; write one of 24x7, business, legal",
        ),
        (
            "calendars:\n  business: {zone: America/New_Yorck}\n",
            "line 4: calendars.business.zone: 'America/New_Yorck' is not a time zone; did you mean America/New_York?",
        ),
        (
            'calendars:\n  business:\n    hours: {MON-FRI: "9-18"}\n',
            (
                "line 5: calendars.business.hours: '9-18' is not a span of opening hours; "
                "write 09:00-18:00; 24:00 is midnight at the day's end"
            ),
        ),
        (
            "calendars:\n  business: {closed: [24.12.2025]}\n",
            "line 4: calendars.business.closed[1]: '24.12.2025' is not a date; write a date such as 2025-01-31",
        ),
        (
            'calendars:\n  24x7: {zone: UTC, hours: {MON-SUN: "00:00-24:00"}}\n',
            "line 4: calendars.24x7: 24x7 is built in; leave it out",
        ),
        (
            "business_calendar: office\n",
            "line 3: business_calendar: there is no calendar 'office'; write one of business, legal",
        ),
        (
            "health:\n  red: {cadence: {every: 1bd, as_needed: true}}\n",
            (
                "line 4: health.red.cadence: as_needed is given with another rule; "
                "as_needed means that no update is ever due"
            ),
        ),
        (
            "kinds:\n  account: null\n",
            "line 3: kinds: the kind account is missing; only issue may be missing",
        ),
        (
            "slots:\n  manager: {people: [maria@example.com]}\n",
            "line 4: slots.manager: people are named and never looked at; add `named` to fill",
        ),
        (
            "slots:\n  manager: {fill: [account_manger]}\n",
            "line 4: slots.manager.fill[1]: 'account_manger' is not one of them; did you mean account_manager?",
        ),
        (
            "ladder:\n  l3: {team: success}\n",
            "line 4: ladder.l3: a rung names a slot or a team; write one of the two",
        ),
        (
            "guards:\n  override: {slots: [boss]}\n",
            (
                "line 4: guards.override.slots[1]: there is no slot 'boss'; write one of chief_customer_officer, "
                "chief_executive, engineering_lead, executive_sponsor, fix_owner, manager, product_manager, "
                "relationship_owner, senior_support, vp_customer_success"
            ),
        ),
        (
            "patterns:\n  repeats: {team: sucess}\n",
            "line 4: patterns.repeats.team: there is no team 'sucess'; did you mean success?",
        ),
        (
            "patterns:\n  chase: {copies: [sucess]}\n",
            "line 4: patterns.chase.copies[1]: there is no team 'sucess'; did you mean success?",
        ),
        (
            "verification:\n  team: verificaton\n",
            "line 4: verification.team: there is no team 'verificaton'; did you mean verification?",
        ),
        ("next_review_on: soon\n", "line 3: next_review_on: 'soon' is not a date; write a date such as 2025-01-31"),
        ("version: [1]\n", "line 3: version: ['1'] is not text; write text"),
        (
            "feed: {hears: [everything]}\n",
            "line 3: feed.hears[1]: 'everything' is not one of them; write one of closing, level, opening, status",
        ),
        ("version: 1\nversion: 2\n", "line 4: version: it is already in line 3; keep one of them"),
        (
            "levels:\n  sev1: {page: []}\n  sev1: {page: [manager]}\n",
            "line 5: levels.sev1: it is already in line 4; keep one of them",
        ),
        (
            "levels: {sev1: &x {page: []}, sev2: *x}\n",
            "line 3: an alias is used; write it out, or let one policy extend another",
        ),
        ("levels:\n  ? [a]\n  : b\n", "line 4: a key is not a word; write `key: value`"),
    ],
)
def test_a_broken_file_is_answered_with_line_field_and_what_would_be_right(text: str, problem: str) -> None:
    assert problems(HEAD + text)[0] == f"policy.yml, {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "policy.yml, line 1: these are not keys and values; write lines such as `name: …`"),
        ("- a\n- b\n", "policy.yml, line 1: these are not keys and values; write lines such as `name: …`"),
        (
            "name: x\n  levels: [\n",
            (
                "policy.yml, line 2: this is not YAML (mapping values are not allowed in this context); "
                "check indentation, quotes and colons"
            ),
        ),
        (
            "name: x\n---\nname: y\n",
            "policy.yml, line 2: this is not YAML (but found another document); check indentation, quotes and colons",
        ),
        ("name: \x00\n", "policy.yml: this is not YAML text; save the file as UTF-8"),
        ("extends: severe\nname: x\n", "policy.yml, line 1: extends: there is no preset 'severe'; did you mean sev?"),
    ],
)
def test_a_file_that_is_not_a_policy_is_reported(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_a_file_that_extends_nothing_is_checked_for_everything_missing() -> None:
    assert problems("name: own\n") == [
        "policy.yml, line 1: title: this is missing; write text",
        "policy.yml, line 1: version: this is missing; write text",
        "policy.yml, line 1: owner: this is missing; write text",
        "policy.yml, line 1: calendars: this is missing; write keys and values below it",
        "policy.yml, line 1: levels: this is missing; write keys and values below it",
        "policy.yml, line 1: kinds: this is missing; write keys and values below it",
        "policy.yml, line 1: slots: this is missing; write keys and values below it",
    ]


def test_all_problems_are_told_at_once() -> None:
    assert problems(HEAD + "levels:\n  sev1: {response: soon, page_at: never}\nversion: [1]\n") == [
        "policy.yml, line 5: version: ['1'] is not text; write text",
        (
            "policy.yml, line 4: levels.sev1.response: 'soon' is not a duration; "
            "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
        ),
        "policy.yml, line 4: levels.sev1.page_at: 'never' is not one of them; write one of breach, declaration",
    ]


def test_a_problem_in_what_is_extended_names_the_line_that_took_it_away() -> None:
    text = "extends: sev\nname: own\nteams:\n  success: null\n"
    assert problems(text)[0].startswith("policy.yml, line 4: ")


def test_a_file_may_write_lists_where_the_presets_write_mappings() -> None:
    text = HEAD + "checklist:\n  - {key: one, label: One}\n  - {key: one, label: Two}\n"
    found = [problem for problem in problems(text) if "one is given" in problem]
    assert found == ["policy.yml, line 4: checklist[1]: one is given 2 times; give each its own key"]


def test_a_file_changes_what_it_names_and_keeps_the_rest() -> None:
    policy = load(
        HEAD
        + "version: 2.10\nlevels:\n  sev2: {response: 30m}\n  sev4: null\nrules:\n  weak-health: {enabled: false}\n"
        "categories: {product_question: {level: sev3}, complex_billing: {level: sev3}, partnership: null}\n",
        "own.yml",
    )
    sev = preset("sev")
    assert policy.version == "2.10"
    assert [level.code for level in policy.levels] == ["sev1", "sev2", "sev3"]
    assert str(policy.level("sev2").response) == "30m"
    assert policy.level("sev1") == sev.level("sev1")
    assert [rule.key for rule in policy.rules_that("bump")] == ["strategic-account", "renewal-quarter"]
    assert "partnership" not in [category.key for category in policy.categories]


def test_null_takes_away_what_is_extended_and_hides_no_mistake() -> None:
    policy = load(HEAD + "levels:\n  sev1: {emoji: null, resolution: null, page: null}\n", "own.yml")
    assert (policy.level("sev1").emoji, policy.level("sev1").resolution, policy.level("sev1").page) == (
        ":black_circle:",
        None,
        (),
    )
    assert problems(HEAD + "levels:\n  sev1: {label: null, pge: null}\n") == [
        "policy.yml, line 4: levels.sev1.label: this is missing; write text",
        "policy.yml, line 4: levels.sev1.pge: there is no such key; did you mean page?",
    ]


def test_a_country_that_yaml_takes_for_a_no_is_a_country() -> None:
    policy = load(HEAD + "calendars:\n  business: {zone: Europe/Oslo, holidays: {country: NO}}\n", "own.yml")
    assert not policy.calendar("business").is_working_day(date(2025, 5, 17))
    assert not policy.calendar("business").is_working_day(date(2025, 12, 25))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_copied_out_loads_as_itself(name: str) -> None:
    assert load(preset_text(name), "copy.yml") == preset(name)


def test_a_preset_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"there is no preset 'three-teir'; did you mean three-tier\?"):
        preset("three-teir")


def test_checking_a_good_file_returns_the_policy_and_what_is_unwise() -> None:
    checked = check(HEAD + "next_review_on: 2025-04-01\n", "own.yml", date(2025, 4, 2))
    assert checked.policy.name == "own"
    assert checked.warnings == (
        (
            "own.yml, line 3: next_review_on: the review was due on 2025-04-01; "
            "review the policy, then set reviewed_on and next_review_on"
        ),
    )


@pytest.mark.parametrize(
    ("hours", "opening"),
    [
        ('{MON-THU: "09:00-18:00", FRI: "09:00-16:00"}', "MON-THU 09:00-18:00, FRI 09:00-16:00"),
        ('{FRI: "09:00-16:00"}', "MON-THU 09:00-18:00, FRI 09:00-16:00"),
        ("{FRI: null}", "MON-THU 09:00-18:00"),
        ('{MON-FRI: null, SAT: "10:00-12:00"}', "SAT 10:00-12:00"),
    ],
)
def test_opening_hours_are_laid_over_inherited_ones_day_by_day(hours: str, opening: str) -> None:
    policy = load(HEAD + f"calendars:\n  business:\n    hours: {hours}\n", "own.yml")
    assert policy_words.hours(policy.business).startswith(f"America/New_York, {opening}, no public")


def test_a_version_stored_by_an_earlier_program_stays_readable() -> None:
    stored = preset("sev").model_dump(mode="json")
    stored["targets"] = {"escalation_rate_below_percent": 15}
    stored["levels"] = [{**level, "channel": "always"} for level in stored["levels"]]
    assert Policy.model_validate(stored) == preset("sev")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        # The entry that was taken away is the cause, wherever the preset names it.
        (
            "teams:\n  billing: {}\n  security: null\n",
            "policy.yml, line 5: categories.security_privacy.team: there is no team 'security'; ",
        ),
        ("calendars:\n  legal: null\n", "policy.yml, line 4: teams.legal.calendar: there is no calendar 'legal'; "),
        # Nothing of what is missing is in the file, only the part it belongs to.
        ("levels:\n  sev2: {label: null}\n", "policy.yml, line 4: levels.sev2.label: this is missing; "),
        ("kinds:\n  account: null\n", "policy.yml, line 3: kinds: the kind account is missing; "),
        ("title: null\n", "policy.yml, line 3: title: this is missing; "),
    ],
)
def test_a_problem_of_a_file_that_extends_a_preset_names_the_writers_own_line(text: str, problem: str) -> None:
    found = problems(HEAD + text)
    assert any(sentence.startswith(problem) for sentence in found), found
    assert all(sentence.startswith("policy.yml, line ") for sentence in found)


def test_it_also_says_where_the_preset_has_it() -> None:
    (found, *_) = problems(HEAD + "teams:\n  security: null\n")
    assert found.startswith("policy.yml, line 4: ")
    assert "(written in catalogue.yml, line " in found
