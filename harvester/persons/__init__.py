"""What is not kept of persons, and bodies without the values that somebody asked to be forgotten."""
