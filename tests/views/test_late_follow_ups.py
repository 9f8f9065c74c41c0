"""Late follow-ups of a manager's people: proposals to change the policy are counted, the others named."""

from datetime import date

from bot.policy.decide.follow_up_words import POLICY_CHANGE
from bot.policy.record.ending import FollowUpState
from bot.policy.record.follow_ups import FollowUpLine, LateFollowUps
from bot.views.follow_ups.follow_up_list import of_the_team

ON = date(2026, 3, 9)


def late(number: int, what: str) -> FollowUpLine:
    return FollowUpLine(
        id=number,
        number=number,
        account="Acme",
        what=what,
        owner="U01MARIA",
        due_on=date(2026, 3, 6),
        url=None,
        state=FollowUpState.OPEN,
    )


def test_proposals_to_change_the_policy_are_counted() -> None:
    proposals = [late(number, f"{POLICY_CHANGE}Sev 2 happened 3 times in 30 days.") for number in (17, 28)]
    found = LateFollowUps(on=ON, shown=(*proposals, late(3, "Watch the queue")), total=5)
    said = str(of_the_team(found))
    named = "2 proposals to change the policy; Watch the queue (ESC-3, <@U01MARIA>) and 2 more."
    assert f"5 follow-ups overdue: {named}" in said
    assert "happened" not in said
    alone = str(of_the_team(LateFollowUps(on=ON, shown=(proposals[0],), total=1)))
    assert "1 follow-up overdue: 1 proposal to change the policy." in alone
