"""What stands around every page: the guard, errors, headers, navigation, filters, health."""
