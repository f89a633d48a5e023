"""Agents: absences, mission letters, secondments."""
