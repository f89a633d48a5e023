"""Personal data: the register of processing, one person's export, the purge and its clocks."""
