"""Indicators: calibration of targets."""
