"""Server-sent events of an attempt, for the pages and for the API alike."""
