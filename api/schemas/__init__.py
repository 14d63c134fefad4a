"""The shapes on the wire, by subject, with an example of each."""
