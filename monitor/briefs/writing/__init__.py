"""One file a section: facts in, Chinese sentences out, from rules. Nothing is read and nothing is invented here."""
