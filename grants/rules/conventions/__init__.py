"""A convention's settings: the scheme's value, or its own, with the text behind it."""
