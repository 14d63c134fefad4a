"""The merged feed: what is published, its pages and dumps, and the stream of its changes (design §5)."""
