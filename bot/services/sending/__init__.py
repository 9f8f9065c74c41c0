"""What the customer is told: drafts, approvals, mails, posts, and what people say themselves."""
