"""Reminders: one file per kind, with the class of what it says, its due times and its recipients.

The sentences are in files of the same names in `bot.views.reminders`.

Files without `KIND` are shared by several kinds: `case_review_days`, `clocks`, `follow_up_days` and `promised`.
`update_missed` is the page that follows the reminders of an update. `reminder` is what a kind is made of, and
`registry` names all kinds.
"""
