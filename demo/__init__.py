"""The fictional district 示例区: a sample site with history, written for this project."""
