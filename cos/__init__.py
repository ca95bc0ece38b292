"""The Python library beside the contracts. This package itself imports nothing."""
