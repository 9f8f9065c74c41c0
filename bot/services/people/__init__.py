"""Who may use Escalate, who holds which role, and who follows when somebody is gone."""
