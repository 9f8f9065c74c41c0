"""The ids by which Slack's payloads refer to views: views write them, handlers listen for them.

A test compares manifest, views and handlers: every id here has a handler, and no handler has another.
"""

# Forms.
DECLARE = "declare"
DECLARED = "declared"
UPDATE = "update"
EDIT_UPDATE = "edit_update"
MITIGATE = "mitigate"
RESOLVE = "resolve"
CLOSE = "close"
REOPEN = "reopen"
WITHDRAW = "withdraw"
CHANGE_LEVEL = "change_level"
ASSIGN = "assign"
WAIVE = "waive"
REVIEW = "review"
RETURN_REVIEW = "return_review"
REVIEW_LESSONS = "review_lessons"
REVIEW_DEBRIEFS = "review_debriefs"
REVIEW_LINK = "review_link"
PICK = "pick"
FIND_ESCALATION = "find_escalation"  # an external menu
CHURN_RISK = "churn_risk"
EXIT_CRITERIA = "exit_criteria"
ASK_CUSTOMER = "ask_customer"
SUMMARY = "summary"
LEARNED = "learned"
CALL = "call"
FOLLOW_UPS = "follow_ups"
FOLLOW_UP = "follow_up"
CUSTOMER_TOLD_US = "customer_told_us"
CASE_REVIEW = "case_review"
CAUSE = "cause"
INCIDENT = "incident"
INCIDENT_OVER = "incident_over"
PRESS_INCIDENT = "press_incident"
PRESS_INCIDENT_JOIN = "press_incident_join"
PRESS_INCIDENT_OVER = "press_incident_over"
PICK_PROGRAMME = "pick_programme"  # which escalation of an incident becomes its account's; the value is its number
PRESS_STATUS_POSTED = "press_status_posted"
PRESS_STATUS_MISSING = "press_status_missing"
PRESS_CASE_REVIEW = "press_case_review"
FACTS = "facts"
VERIFY = "verify"
CHECKLIST = "checklist"
DECLINE_LEVEL = "decline_level"
SIMULATE = "simulate"
TAKE_SHIFT = "take_shift"
AWAY = "away"
ADMIN_ENTRY = "admin_entry"
WAIT = "wait"
RESUME = "resume"
FOLLOWED_UP = "followed_up"
BEGINNING = "beginning"
ASK_EXECUTIVES = "ask_executives"
DIGEST_HOURS = "digest_hours"
SPONSOR_HOURS = "sponsor_hours"

DRILL = "drill"
DRILL_STEP = "drill_step"
TRAINING = "training"
SHADOW = "shadow"
PRESS_STEP_DONE = "press_step_done"
PRESS_TRAINEE = "press_trainee"
PRESS_SHADOW = "press_shadow"
PRESS_TREE = "press_tree"
PRESS_DRILLS = "press_drills"
PRESS_DRILL_STEP = "press_drill_step"
PRESS_DRILL_FORM = "press_drill_form"
PRESS_DRILL_END = "press_drill_end"

# Shortcuts.
SHORTCUT_DECLARE = "declare"
SHORTCUT_FROM_MESSAGE = "declare_from_message"
SHORTCUT_CAPTURE = "add_to_timeline"
SHORTCUT_FOLLOWED_UP = "customer_followed_up"

# Controls of the declare form.
ACCOUNT = "account"
LEVEL = "level"
BROKEN = "broken"
AFFECTED = "affected"
AREA = "area"
CATEGORY = "category"
TRIGGERS = "triggers"
USE_ACCOUNT = "use_account"
USE_CATEGORY = "use_category"
MORE_OPTIONS = "more_options"
QUOTE = "quote"
PRESS_TEAM = "press_team"
JOIN = "join"
RETRY = "retry"

# Account programmes: their forms, and the buttons of proposals and cards.
PROPOSE = "propose"
PROPOSE_ACCOUNT = "propose_account"
PRESS_PROPOSE = "press_propose"
MORE_PROPOSAL = "more_proposal"
ANSWER_PROPOSAL = "answer_proposal"
PRESS_ACCEPT = "press_accept"
PRESS_DECLINE = "press_decline"
PRESS_ANSWER = "press_answer"
PLAN = "plan"
PRESS_PLAN = "press_plan"
CONSENTS = "consents"
PRESS_CONSENTS = "press_consents"
ITEM = "action_item"
PRESS_ITEM = "press_item"
PRESS_ADD_ITEM = "press_add_item"
PRESS_TELL_PLAN = "press_tell_plan"
STATUS_CALL = "status_call"
PRESS_STATUS_CALL = "press_status_call"

# The account in the simulation form.
SIMULATE_ACCOUNT = "simulate_account"

# Buttons on cards, reminders, pages and lists. Their value is the escalation's number.
PRESS_ACKNOWLEDGE = "press_acknowledge"
PRESS_PAGE_FURTHER = "press_page_further"
PRESS_ACKNOWLEDGE_PAGE = "press_acknowledge_page"
PRESS_DECLINE_PAGE = "press_decline_page"
PRESS_TAKE_OVER = "press_take_over"
PRESS_LEAVE_OWNER = "press_leave_owner"
PRESS_UPDATE = "press_update"
PRESS_STILL = "press_still_investigating"
PICK_TEMPLATE = "pick_template"  # a text for the customer, in the update form
PICK_WAY = "pick_way"  # how the customer is told, in the update form
PRESS_APPROVE_TEXT = "press_approve_text"  # its value is `escalation:text`
PRESS_SEND_OTHERWISE = "press_send_otherwise"  # opens the update form with a text that didn't arrive
PRESS_MITIGATE = "press_mitigate"
PRESS_RESOLVE = "press_resolve"
PRESS_CLOSE = "press_close"
PRESS_REOPEN = "press_reopen"
PRESS_UNDO = "press_undo"
PRESS_CLEAR = "press_clear_"  # with the key of the menu's entry that clears what is missing
PRESS_REVIEW = "press_review"
PRESS_SIGN_OFF = "press_sign_off"
PRESS_RETURN_REVIEW = "press_return_review"
PRESS_REVIEW_LESSONS = "press_review_lessons"
PRESS_REVIEW_DEBRIEFS = "press_review_debriefs"
PRESS_REVIEW_FOLLOW_UPS = "press_review_follow_ups"
PRESS_REVIEW_LINK = "press_review_link"
PRESS_SUMMARY = "press_summary"
PRESS_CALL = "press_call"
PRESS_FOLLOW_UPS = "press_follow_ups"
PRESS_FOLLOW_UP = "press_follow_up"
PRESS_FOLLOW_UP_HERE = "press_follow_up_here"
PRESS_FOLLOW_UP_DONE = "press_follow_up_done"
PRESS_LEARNED = "press_learned"
PRESS_KEEP_OPEN = "press_keep_open"
PRESS_TOLD_US = "press_told_us"
PRESS_RESUME = "press_resume"
PRESS_EDIT_UPDATE = "press_edit_update"  # its value is `escalation:update`
PRESS_MORE = "press_more"  # a button of earlier versions; it opens the menu as a form
PICK_MORE = "pick_more"  # the menu of the card; an entry's value is `escalation:entry`
PRESS_MORE_ENTRY = "press_more_entry:"  # followed by the entry's key
TICKET = "ticket"
ESCALATE_NOW = "escalate now"
EDIT = "edit"
EDIT_ACCOUNT = "edit_account"  # an external menu
BRING_IN = "bring_in"
PRESS_PLAYBOOK = "press_playbook"
PRESS_TEAM_ANSWERED = "press_team_answered"
PRESS_TEAM_WRITTEN = "press_team_written"
CATEGORISE = "categorise"
CATEGORISE_TRIGGERS = "categorise_signs"  # Slack was given this word first
PRESS_DECLARE = "press_declare"
# In replies to a command: declare with the words that were typed, and do what another command does.
PRESS_DECLARE_WORDS = "press_declare_words"
PRESS_COMMAND = "press_command"
PRESS_NEW_CHANNEL = "press_new_channel"
PRESS_POST_CARD = "press_post_card"
# The start of both lists on the Home tab, as `mine:everything`.
PRESS_HOME_BEFORE = "press_home_before"
PRESS_HOME_AFTER = "press_home_after"
PRESS_FACTS = "press_facts"
MORE_DETAILS = "more_details"
PRESS_FACT = "press_fact:"  # followed by the fact's key, because one message has many
PRESS_VERIFY = "press_verify"
PRESS_CHECKLIST = "press_checklist"
PRESS_APPROVE = "press_approve"

# Being on call: take over a shift of an area, whose key is the value; back from an absence.
PRESS_TAKE_SHIFT = "press_take_shift"
PRESS_BACK = "press_back"
# Answers to the offer of a role; the value is `escalation:role`.
PRESS_ACCEPT_ROLE = "press_accept_role"
PRESS_DECLINE_ROLE = "press_decline_role"
# The card of a role has been read; the value is the role.
PRESS_CARD_SEEN = "press_card_seen"

# The directory: open it, add an entry of a kind, change one, remove it. Values are `kind` or `kind:key`.
PRESS_ADMIN = "press_admin"
PRESS_ADMIN_ADD = "press_admin_add:"  # followed by the kind
PICK_ADMIN_ENTRY = "pick_admin_entry:"  # followed by the kind
PRESS_ADMIN_REMOVE = "press_admin_remove"

# Another page of an audit; the value is `escalation:first`, or `first` alone for that of directory and policy.
PRESS_AUDIT_NEWER = "press_audit_newer"
PRESS_AUDIT_OLDER = "press_audit_older"
PRESS_TIMELINE_NEWER = "press_timeline_newer"
PRESS_TIMELINE_OLDER = "press_timeline_older"

# The page of a customer as a form, and another part of its past; the value is `account:first`.
PRESS_ACCOUNT = "press_account"
PRESS_ACCOUNT_NEWER = "press_account_newer"
PRESS_ACCOUNT_OLDER = "press_account_older"

# Another part of what was found; the value is `first:words`.
PRESS_FIND_NEWER = "press_find_newer"
PRESS_FIND_OLDER = "press_find_older"

# Opens the form that asks executives to do something.
PRESS_ASK = "press_ask"
# The menu of a line of the digest; a choice's value is `escalation:choice`.
PICK_DIGEST = "pick_digest"
# Opens the form in which managers choose when their digest comes.
PRESS_DIGEST_HOURS = "press_digest_hours"
# Likewise for executive sponsors.
PRESS_SPONSOR_HOURS = "press_sponsor_hours"
# The report over other days, followed by how many because it has several; the value is what was typed. And how its
# numbers are counted.
PRESS_REPORT = "press_report:"
PRESS_DEFINITIONS = "press_definitions"
PRESS_CHART = "press_chart"
# Shows what others learned.
PRESS_CASE_STUDIES = "press_case_studies"

# Buttons of the question after an escalation's end. Their value is `escalation:question`.
PRESS_WATCH_WELL = "press_watch_well"
PRESS_WATCH_WRONG = "press_watch_wrong"

# Buttons of a request to the manager. Their value is `escalation:request`.
PRESS_APPROVE_LEVEL = "press_approve_level"
PRESS_DECLINE_LEVEL = "press_decline_level"

# The menu below the policy.
PICK_POLICY_PART = "pick_policy_part"

# A button that only opens a link; Slack sends an action for it anyway.
OPEN_LINK = "open_link"
# One that opens the channel behind the form it stands in.
OPEN_CHANNEL = "open_channel"
