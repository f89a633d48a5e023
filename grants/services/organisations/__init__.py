"""The organisation itself: settings, files of its own, the right to name eligibility of people."""
