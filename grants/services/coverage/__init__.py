"""Coverage: posts and full-time equivalents by territory on a day, and each figure opened."""
