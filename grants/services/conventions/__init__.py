"""Conventions: the list with what ends when, one convention's page, its readable history."""
