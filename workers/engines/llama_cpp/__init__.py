"""The embedded language model: a llama.cpp server and the tiny model that it serves by default."""
