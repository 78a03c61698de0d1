"""Sign-in: sessions, bearer tokens, CSRF tokens, back-off, and who is calling."""
