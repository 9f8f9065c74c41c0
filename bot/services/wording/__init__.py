"""Checking texts for customers before they are sent."""
