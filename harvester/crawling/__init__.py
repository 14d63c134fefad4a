"""Harvesting processes: when portals are due, and many at once in children that are told jobs and tell events."""
