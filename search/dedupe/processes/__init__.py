"""The work of a rebuild on all the processors: processes that hold no database, and are told all that they need."""
