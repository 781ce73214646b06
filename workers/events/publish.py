"""Tell pages what happened. `publish` is durable, `whisper` is not."""
