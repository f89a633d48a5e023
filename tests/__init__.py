"""Tests: unit (no database), integration (database, command line, web), e2e (browser), law (cases)."""
