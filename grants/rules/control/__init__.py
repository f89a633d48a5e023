"""The funder's control: which lines are drawn."""
