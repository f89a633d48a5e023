"""Measurements, run by ``make bench`` and never as tests: a busy machine must not fail a build."""
