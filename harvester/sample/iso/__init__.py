"""ISO records of the sample: the geographic catalogues' way of telling the same."""
