"""Posts and full-time equivalents by territory on a day, and what ends when."""
