# One word per need. Only Python 3.11 or newer and make are needed.
.PHONY: up
up:
	exec .venv/bin/python manage.py up
