"""Which records describe the same dataset, which copy speaks for it, and the identities that last."""
