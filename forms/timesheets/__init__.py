"""Forms, subject by subject."""
