"""What is looked at where an administrator asks: a catalogue, portals' addresses, the state of the installation."""
