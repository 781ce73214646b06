"""`manage.py up`: starts, watches and stops everything that the site needs on one machine."""
