"""Asking the customer: the form, the mail, the web pages, and what is said of the answer."""
