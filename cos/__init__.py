"""COS: the Python library beside the contracts. Modules import lazily; this package imports nothing."""
