"""Fetch pages, turn each into a Fetched: the only place that knows Scrapy and HTML."""
