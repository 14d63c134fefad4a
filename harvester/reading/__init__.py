"""From the bytes of a page to what a run stages of it, in processes of their own; needs no database."""
