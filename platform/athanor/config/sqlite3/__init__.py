"""Django's SQLite backend, with connections that are kept and used again."""
