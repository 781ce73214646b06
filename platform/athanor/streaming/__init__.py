"""Server-sent events of an attempt or a conversation, for the pages and for the API alike."""
