"""From a Fetched to a Record: pure steps, each with a value and a reason."""
