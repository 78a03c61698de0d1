"""Rules, lifecycle, notifications and channels."""
