"""Facts become a Brief, a Brief becomes HTML and JSON."""
