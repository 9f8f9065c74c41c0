"""Who may use Escalate, who holds which role, and who succeeds somebody who is gone."""
