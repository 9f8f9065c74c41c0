"""Texts for the customer: drafts, approvals, mails, posts, and what people say themselves."""
