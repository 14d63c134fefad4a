"""What a run is: what it is told, whose it is, how it ends, what its report says. Needs no database."""
