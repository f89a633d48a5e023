"""What falls due and when, as pages and as a calendar feed."""
