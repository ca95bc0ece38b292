"""Planted bugs: each breaks one check of the suite, and the tests it names must see it.

    python -m tests.mutants.run              all of them (`make mutate`)
    python -m tests.mutants.run --only NAME

catalogue.py lists them, patch.py applies them, run.py runs the tests in private copies of the tree.
"""
