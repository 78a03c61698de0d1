"""What an HTML page says, read without I/O: charset, blocks of text, title, date, and lines that name a writer."""
