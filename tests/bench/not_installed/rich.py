"""Stands in for a package that only the tests need: it is not there when Escalate is installed."""

raise ImportError(__name__)
