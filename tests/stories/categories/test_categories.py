"""Categories: suggested from the words, chosen by a person; they decide who helps, by when and with what."""

from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.story import USERS, Story


def test_a_category_is_suggested_with_its_words_and_taken_only_when_asked(story: Story) -> None:
    story.command("noor", "acme wants a refund after a duplicate charge")
    story.choose("noor", ids.LEVEL, "sev3")
    form = story.form("noor")
    assert "“duplicate charge”, “refund” sound like *Financial Issues*." in form.all_text
    assert "category" not in form.inputs
    story.choose("noor", ids.USE_CATEGORY, "financial")
    form = story.form("noor")
    assert form.question("category-applied")["element"]["initial_option"]["value"] == "financial"
    assert "We'll ask Billing to help." in form.all_text
    assert "sound like" not in form.all_text
    story.submit("noor", **{"level-reason": "It was paid back."})
    facts = story.facts(1)
    assert (facts.category, facts.team, facts.is_private) == ("financial", "billing", False)


def test_a_suggestion_says_that_it_makes_the_escalation_confidential(story: Story) -> None:
    story.command("noor", "acme password hashes leaked")
    story.choose("noor", ids.LEVEL, "sev1")
    assert "Then it's confidential: only those who are brought in see it." in story.form("noor").all_text
    story.choose("noor", ids.USE_CATEGORY, "security_privacy")
    story.submit("noor")
    assert story.facts(1).is_private


def test_the_three_required_questions_stay_three_with_a_category(story: Story) -> None:
    story.command("noor", "acme export is down")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "service_outage")
    blocks = story.form("noor").raw["blocks"]
    required = [block["block_id"] for block in blocks if block["type"] == "input" and not block["optional"]]
    assert required == ["account", "summary", story.form("noor").level_block]


def playbook(story: Story, number: int) -> str:
    """Return the words of the form behind the card's *Playbook*."""
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    said = story.form("dana").all_text
    story.close_form("dana")
    return said


def test_the_playbook_of_the_category_opens_from_the_card(story: Story) -> None:
    number = story.declare("ana", level="sev2", category="legal_compliance", summary="They mention a lawyer")
    assert story.said(number) == []
    said = playbook(story, number)
    assert "Legal/Compliance" in said
    assert "Provide legal advice or opinions" in said.partition("Don't")[2]
    assert "Remain professional and neutral" in said
    assert "mailto:legal@example.com" in said
    assert "not asked by Escalate: <@U01ANA> writes to them" in said
    assert "Your ticket number is ESC-1" in said


def test_the_words_for_the_customer_give_the_time_of_the_team_they_name(story: Story) -> None:
    number = story.declare(level="sev1", category="service_outage")
    said = playbook(story, number)
    assert "You'll hear from them within 24 business hours." in said
    story.act("ana", ids.PRESS_UPDATE, number, known="We look.", customer_text="We're on it.")
    assert "You'll hear from them" not in playbook(story, number)


def test_a_sign_of_fraud_also_brings_security(story: Story) -> None:
    story.command("noor", "acme suspects fraud")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "financial")
    story.submit("noor", account="Acme", level="sev2", **{"signs-financial": ["fraud"]})
    assert story.facts(1).triggers == ("fraud",)
    said = playbook(story, 1)
    assert "Suspected fraudulent transaction" in said
    assert "Also informed: *Security*" in said


def test_a_team_is_asked_in_its_channel_and_the_person_who_takes_it_joins(story: Story) -> None:
    place = _channel(story, "omar")
    number = story.declare(level="sev3", category="technical", summary="CSV is broken")
    asked = story.messages(place, "omar")[-1]
    assert "Technical support, we need you" in asked.text
    assert "CSV is broken" in asked.text
    story.press("omar", ids.PRESS_TEAM, on=asked)
    assert "omar" in story.members(number)
    assert story.facts(number).team_answer.spans[-1].stopped_at == story.clock.at
    assert (
        story.last(number).text
        == ":busts_in_silhouette: Technical support responded. <@U01OMAR> is in the channel now."
    )
    assert "is on it" in story.messages(place, "omar")[-1].text
    story.press("omar", ids.PRESS_PLAYBOOK, on=story.card(number))
    form = story.form("omar")
    assert f"asked in <#{place}> :white_check_mark: responded" in form.all_text
    assert ids.PRESS_TEAM_ANSWERED not in str(form.raw)
    # A button of an earlier version says so too.
    value = f"{number}:tech_support"
    old = story.post_as_bot(number, actions(button("They responded", ids.PRESS_TEAM, value)))
    story.press("omar", ids.PRESS_TEAM, on=old)
    assert "This team already responded." in [message.text for message in story.messages(number, "omar")]


def test_a_question_that_no_team_has_answered_ends_with_the_escalation_and_comes_back_with_it(story: Story) -> None:
    place = _channel(story, "omar")
    number = story.declare(account="Acme", level="sev3", category="technical", summary="Search is slow")
    asked = story.messages(place, "omar")[-1]
    assert ids.PRESS_TEAM in asked.buttons
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="A patch.", confirmed_by="Jo Park", confirmed_how="call")
    settled = story.messages(place, "omar")[-1]
    assert "you're no longer needed" in settled.text
    assert not settled.buttons
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    again = story.messages(place, "omar")[-1]
    assert "we need you" in again.text
    assert ids.PRESS_TEAM in again.buttons


def test_a_team_that_does_not_answer_is_reported_and_chased(story: Story) -> None:
    place = _channel(story)
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.skip(days=7)
    said = story.said(number)
    assert sum("hasn't responded about" in text for text in said) == 1
    assert sum("hasn't responded. " in text for text in said) == 1
    assert sum("we haven't heard from you yet" in message.text for message in story.messages(place, "eli")) == 1
    assert any("hasn't responded about" in message.text for message in story.direct("dana"))


def test_a_team_that_answers_is_neither_reported_nor_chased(story: Story) -> None:
    number = story.declare(level="sev4", category="financial", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    story.choose("dana", ids.PRESS_TEAM_ANSWERED, "")
    assert ":white_check_mark: responded" in story.form("dana").all_text
    assert story.last(number).text == ":busts_in_silhouette: Billing responded (noted by <@U01DANA>)."
    story.skip(days=7)
    said = " ".join(story.said(number))
    assert "should have answered" not in said
    assert "hasn't responded" not in said


def test_a_team_channel_that_cannot_be_reached_is_reported_in_the_escalation(story: Story) -> None:
    number = story.declare(level="sev3", category="technical")
    told = story.find(number, "Couldn't post in").text
    assert "#tech-support-escalations: the channel doesn't exist, or it's private and Escalate isn't in it" in told
    assert "tell them yourself for now. Invite Escalate with" in told


def _channel(story: Story, *members: str) -> str:
    """Make the channel of technical support as Eli, with people and the bot."""
    created = story.control.post("create", user=USERS["eli"], name="tech-support-escalations")["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=created, users=[bot, *(USERS[who] for who in members)])
    return str(created)


def test_a_category_can_be_taken_on_later_and_raises_the_level_it_asks_for(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev4", summary="They cannot work")
    story.more("dana", "category", number)
    story.submit("dana", category="service_outage")
    story.submit("dana", signs=["several_customers"])
    facts = story.facts(number)
    assert (facts.category, facts.triggers, facts.team) == ("service_outage", ("several_customers",), "operations")
    assert facts.team_answer.spans == (), "nobody has reached them yet"
    assert "set the category to *Service Outage*" in story.find(number, "set the category").text
    assert "Operations" in playbook(story, number)


def test_a_lighter_category_takes_nothing_back(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev1")
    story.more("dana", "category", number)
    story.submit("dana", category="product_question")
    assert story.facts(number).level == "sev1"


def test_a_sign_hands_the_matter_on_and_says_so_before_and_after(story: Story) -> None:
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "partnership")
    form = story.form("noor")
    assert "White-label or reseller inquiries" in form.all_text
    assert "Media/Influencer Inquiries takes it over" in form.all_text
    story.choose("noor", ids.TRIGGERS, "press")
    said = "Media/Influencer Inquiries takes this over from Partnership/Integration Inquiries"
    assert said in story.form("noor").all_text
    assert "We'll ask Press to help." in story.form("noor").all_text
    story.submit("noor", account="Acme", summary="A journalist asks", level="sev4")
    facts = story.facts(1)
    assert (facts.chosen_category, facts.category, facts.team) == ("partnership", "media", "press")
    assert said in " ".join(facts.trace)
    assert said in playbook(story, 1)
    story.menu("noor", "category", 1, category="partnership")
    story.submit("noor", signs=[])
    assert (story.facts(1).category, story.facts(1).team) == ("partnership", "partnerships")


def test_what_a_sign_brings_with_it_stays_with_the_category_that_takes_the_matter_over(story: Story) -> None:
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "security_privacy")
    ticked = {"signs-security_privacy": ["subpoena", "gdpr_deletion"]}
    story.submit("noor", account="Acme", summary="A court asks", level="sev1", **ticked)
    facts = story.facts(1)
    assert (facts.category, facts.team, facts.verification_tier) == ("legal_compliance", "legal", "high")
    assert facts.is_private
    assert facts.preserves_evidence
    assert "Also informed: *Security*" in playbook(story, 1)


def test_a_sign_that_the_customer_may_leave_marks_it_and_offers_a_call(story: Story) -> None:
    number = story.declare("noor", level="sev3", category="angry_customer")
    assert story.facts(number).tags == ()
    for _ in range(2):
        story.menu("ana", "category", number, category="angry_customer")
        story.submit("ana", signs=["threatens_to_leave"])
    assert story.facts(number).tags == ("Churn Risk",)
    marked = [message for message in story.messages(number) if "Customer threatens to leave" in message.all_text]
    assert sum("offer a call" in message.all_text for message in marked) == 1
    story.menu("ana", "churn", number)
    assert "Customer threatens to leave" in story.form("ana").all_text


def test_the_policy_shows_the_triggers_of_the_categories(story: Story) -> None:
    story.command("noor", "policy")
    shown = story.messages("general", "noor")[-1]
    parts = {}
    for part in ("categories", "changes", "levels", "training"):
        story.press("noor", ids.PICK_POLICY_PART, on=shown, value=part)
        parts[part] = story.form("noor").all_text
        story.close_form("noor")
    assert "Chargebacks or payment disputes" in parts["categories"]
    assert "support-training@example.com" in parts["training"]
    assert "flagged as" in "".join(parts.values())
    assert "A major feature is broken and there is no workaround" in parts["levels"]
