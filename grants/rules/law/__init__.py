"""The catalogue of public rules and the case files that anyone can run against them."""
