"""Who certifies the accounts of which kind of organisation."""
