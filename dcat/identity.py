"""Identifiers that the program mints (design §6)."""

import hashlib


def record_id(portal: str, source_key: str) -> str:
    """``{portal}:{first 16 hex of SHA-256 of the source key}``."""
    return f"{portal}:{hashlib.sha256(source_key.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
