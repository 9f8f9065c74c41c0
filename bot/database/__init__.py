"""Transactions, changes of one record, effects, timers, locks and named queries."""
