"""The rate ratio under every reasonable combination of definitions."""
