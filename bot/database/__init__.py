"""What every use case stands on: the transaction, the change of one record, effects, timers, locks and named queries."""
