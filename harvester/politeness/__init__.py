"""Which addresses are asked at all, how often, how much of an answer is taken, and what a refusal looks like."""
