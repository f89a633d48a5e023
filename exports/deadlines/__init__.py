"""What falls due, as an iCalendar feed."""
