"""Bytes in, records and findings out. A parser knows nothing of the crawler that fetched its page."""
