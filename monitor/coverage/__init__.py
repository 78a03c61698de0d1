"""Own publicity: outlets and reprints."""
