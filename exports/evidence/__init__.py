"""The pack of a claim: one zip with pages, pieces and their hashes, and its own check."""
