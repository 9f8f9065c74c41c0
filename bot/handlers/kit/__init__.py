"""Shared parts of all handlers: errors, forms, access, work after the acknowledgement."""
