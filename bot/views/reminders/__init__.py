"""The sentences of the reminders: a file for each kind, named as in `bot.policy.plan.reminders`."""
