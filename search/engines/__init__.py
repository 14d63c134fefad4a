"""What finds datasets: the questions that an engine is asked, the embedded one, Elasticsearch."""
