"""Reminders: a file for each kind, with what it says, when it is due and whom it tells.

Files without `KIND` are shared by several kinds: `case_review_turns`, `clocks` and `promised`. `reminder` is what a
kind is made of, and `registry` names all of them.
"""
