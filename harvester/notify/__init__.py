"""Telling people when the state of a portal's harvests changes: once, and once more when it is well again."""
