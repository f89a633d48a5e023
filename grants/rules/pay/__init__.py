"""Pay: eligible items, staff cost, its share over a part of a month."""
