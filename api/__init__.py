"""The HTTP half: Flask, one blueprint a resource, the dashboard."""
