"""The suite as one description: its configuration, its deployment plan, its rules."""
