"""What the keeper of an installation does, or a command instead of it: harvests, index, links, notices, forgetting."""
