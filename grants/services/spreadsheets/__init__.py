"""Files of cells from elsewhere: their limits, their raw cells, without knowing any subject."""
