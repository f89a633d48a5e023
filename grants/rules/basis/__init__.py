"""What every rule stands on: the calendar, people, findings, refusals, rounding, ``Explained``."""
