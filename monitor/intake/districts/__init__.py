"""The country's provinces, cities, districts and streets, and what a place name in a text says about where it is."""
