"""The intake: which facts of an escalation are known, and which are missing."""

from bot.policy.file.loading import preset
from bot.policy.model.intake import completeness


def test_an_escalation_is_marked_by_the_facts_that_are_known() -> None:
    intake = preset("sev").intake
    known = {"customer.name", "customer.email", "customer.company", "issue.summary", "unheard.of"}
    mark = completeness(intake, known)
    assert (mark.known, mark.wanted) == (3, 17)
    assert [fact.label for fact in mark.missing[:3]] == ["User ID", "Plan type", "When it started"]
    everything = {f"{section.key}.{fact.key}" for section in intake.sections for fact in section.facts}
    assert completeness(intake, everything).missing == ()
