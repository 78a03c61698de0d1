"""Rebuilds what a text says: sentiment, topics, places, terms, reprints, events."""
