"""Grant management for posts of facilitateurs de la clause sociale d'insertion."""
