"""Personal data on its way out: one person's archive, the register of processing."""
