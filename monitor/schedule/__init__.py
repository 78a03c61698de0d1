"""Jobs, leases and the runner."""
