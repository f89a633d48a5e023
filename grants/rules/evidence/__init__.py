"""How long a piece is kept, and from which day that is counted."""
