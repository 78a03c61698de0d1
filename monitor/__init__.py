"""The service without fetching and serving: from a fetched text to a label, a count, an alert and a brief."""
