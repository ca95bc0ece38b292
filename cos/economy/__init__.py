"""The simulated economy: logs and scenarios in, real transactions, tables and a summary out."""
