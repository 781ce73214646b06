"""Play a class before it comes: throw-away students at the real exercise, queue and servers."""
