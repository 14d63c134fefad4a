"""What is answered, whichever way in asks: questions, datasets, portals, publishers, findings, decisions."""
