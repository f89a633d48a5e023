"""The hash chain of the trail: what an event's hash covers, and where a chain breaks."""
