"""The fictional district 示例区: a sample web site with history, written for this project.

It imports nothing of the service: to the crawler it is a site like any other. Places, people and events are made up.
"""
