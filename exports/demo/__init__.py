"""Made-up pieces of the demonstration, as PDF."""
