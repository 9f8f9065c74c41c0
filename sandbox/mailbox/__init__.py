"""The sandbox's mailbox: a real mail server that keeps what it takes, and a page to read and answer it."""
