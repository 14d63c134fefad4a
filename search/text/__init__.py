"""How texts and questions become terms: one analysis for both engines."""
