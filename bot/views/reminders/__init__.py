"""The sentences of the reminders: a file for each kind, named as in `bot.policy.plan.reminders`.

`updates` is shared by several kinds, and `registry` names all of them.
"""
