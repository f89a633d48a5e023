"""The State's files: the table of the post, the printed page, the filled Cerfa."""
