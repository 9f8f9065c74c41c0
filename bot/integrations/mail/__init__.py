"""Mail: sent by SMTP, read by IMAP."""
