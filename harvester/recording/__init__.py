"""A run as it goes into the archive: page by page, what changed since, what need not be read again."""
