"""Two replicas with different policies, as in a roll-out: everybody can declare, and operators read of it."""

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.metrics import REGISTRY
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion
from bot.models.programme import Proposal
from bot.policy.decide.account_programme import programme_kind
from bot.policy.file.loading import preset
from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy
from bot.program import Program
from bot.scheduler.workers import host
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from bot.views.kit import ids
from tests.support.every_form import PROPOSAL
from tests.support.story import Story


def policy_of(story: Story, number: int) -> str:
    named = select(PolicyVersion.name).join(Escalation, Escalation.policy_id == PolicyVersion.id)
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(named.where(Escalation.id == number)).one()


@pytest.mark.both_databases
def test_a_form_that_replicas_with_other_policies_answer_by_turns_is_declared_as_it_was_shown(story: Story) -> None:
    story.command("noor", "acme exports fail")
    story.restart(policy="p-levels")
    story.choose("noor", ids.LEVEL, "sev2")
    assert "Sev 2. <@U01DANA> acknowledges by" in story.form("noor").all_text, "what was chosen stays"
    story.restart(policy="three-tier")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.restart(policy="p-levels")
    assert story.submit("noor")["result"] == "closed"
    number = story.newest()
    assert (story.facts(number).level, policy_of(story, number)) == ("sev2", "sev")
    assert story.declare("omar", account="Globex", level="p3") == number + 1
    assert policy_of(story, number + 1) == "p-levels"


def test_a_form_of_the_policy_that_was_in_force_here_before_is_asked_again_under_the_new_one(story: Story) -> None:
    story.command("noor", "acme exports fail")
    story.choose("noor", ids.LEVEL, "sev2")
    story.program.services.policies.adopt(preset("p-levels"))
    assert story.submit("noor")["errors"] == {
        "level": "The policy has changed and no longer has this one. Choose again."
    }
    story.press_in_form("noor", ids.MORE_OPTIONS)
    assert "P2" in story.form("noor").all_text
    assert "Sev 2" not in story.form("noor").all_text


def test_a_replica_that_runs_another_policy_than_the_newest_says_so(story: Story) -> None:
    first = story.program
    history = first.services.policy_history
    assert (history.compare(), history.difference) == (False, None)
    second = story.join_by_another(policy="p-levels")
    second.services.policy_history.note()
    assert history.compare()
    says = "p-levels, version 1, came into force on another replica on 6 Mar 3:00 PM UTC; here it's sev, version 1"
    assert history.difference == says
    assert story.run(first.remarks())["other policy"] == says
    assert REGISTRY.get_sample_value("escalate_other_policy") == 1
    assert not second.services.policy_history.compare()
    found = Doctor(first.services.database, Directory(), policy=preset("sev")).examine()
    assert [(each.state, each.says) for each in found if each.what == "policies"] == [(Grade.LOOK, says)]
    found = Doctor(first.services.database, Directory(), policy=preset("p-levels")).examine()
    (newer,) = [each.says for each in found if each.what == "policies"]
    assert newer.startswith("replicas run different ones: "), "the other one still runs"
    first.services.policies.adopt(preset("p-levels"))
    history.note()
    assert (history.compare(), story.run(first.remarks()).get("other policy")) == (False, None)


def turned(policy: Policy) -> Policy:
    """Return a policy whose programmes have the same lists the other way round, and one criterion more."""
    body = policy.model_dump(mode="json")
    for kind in body["kinds"]:
        kind["criteria"] = ["New", *reversed(kind["criteria"])]
        kind["sources"] = kind["sources"][::-1]
    return Policy.model_validate({**body, "version": "2"})


def test_a_programme_made_from_an_escalation_of_an_earlier_policy_has_the_words_that_its_form_showed(
    sqlite_story: Story,
) -> None:
    story, services = sqlite_story, sqlite_story.program.services
    first, number = services.policies.current, sqlite_story.declare(level="sev2")
    second, said = (
        turned(first),
        {name: value for name, value in PROPOSAL.items() if name not in ("account", "summary")},
    )
    assert services.policies.adopt(second)
    services.policy_history.note()
    # The form shows the lists of the policy that the programme is declared under.
    story.more("noor", "account", number)
    assert "New" in story.form("noor").all_text
    # Before it's sent, the policy changes once more: what was ticked is what was read.
    assert services.policies.adopt(first)
    services.policy_history.note()
    story.press_in_form("noor", ids.MORE_PROPOSAL)
    assert story.submit("noor", **said)["result"] == "closed"
    programme = story.newest()
    kind = programme_kind(second)
    assert kind is not None
    with services.database.transaction() as tx:
        proposal = tx.session.get_one(Proposal, programme)
        assert proposal.criteria == ["New", kind.criteria[3]]
        assert proposal.source == kind.sources[3]
    assert policy_of(story, programme) == first.name


@pytest.mark.both_databases
def test_replicas_that_differ_all_say_so_until_the_other_ends(story: Story) -> None:
    with capture_logs() as logs:
        first, second = story.program, story.join_by_another(policy="p-levels", digest_hour=7)
    told = [one["event"] for one in logs if one["event"].startswith("another replica")]
    assert told == ["another replica runs another policy", "another replica has other settings"]

    def note(program: Program) -> list[str]:
        program.services.policy_history.note()
        with capture_logs() as logs:
            story.run(program.engine.run_jobs("policies"))
        return [one["event"] for one in logs if one["event"].startswith("another replica")]

    assert note(second) == [], "once"
    assert "another replica has other settings" in note(first)
    newer, here = story.run(second.remarks()), host()
    assert newer["other policy"] == f"sev, version 1 on {here}. Here it's p-levels, version 1"
    assert newer["other settings"] == f"ESCALATE_DIGEST_HOUR on {here}"
    assert story.run(first.remarks())["other settings"] == f"ESCALATE_DIGEST_HOUR on {here}"
    found = Doctor(second.services.database, Directory(), policy=preset("p-levels")).examine()
    says = {each.what: each.says for each in found if each.what in ("policies", "settings")}
    assert set(says) == {"policies", "settings"}
    assert {f"sev, version 1 on {here}", f"p-levels, version 1 on {here}"} == set(
        says["policies"].removeprefix("replicas run different ones: ").split("; ")
    )
    assert says["settings"] == "replicas differ in ESCALATE_DIGEST_HOUR"
    # One that was killed is known to be dead on its own machine; one that is stopped has taken its note back.
    own, ended = second.engine.deliverer.worker, first.engine.deliverer.worker
    second.services.replicas.note(own, here, lambda name: name == ended)
    assert not {"other policy", "other settings"} & story.run(second.remarks()).keys()
    note(second)
    assert "other settings" in story.run(second.remarks())
    first.services.replicas.forget(ended)
    note(second)
    assert not {"other policy", "other settings"} & story.run(second.remarks()).keys()
