"""Tests: unit (no database), integration (database, terminal, web), e2e (browser), law (cases)."""
