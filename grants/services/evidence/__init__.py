"""Proofs that leave the house: the pack of a claim with its pieces."""
