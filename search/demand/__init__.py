"""What is asked, where it goes and what finds nothing: counted without a question's words or anybody's address."""
