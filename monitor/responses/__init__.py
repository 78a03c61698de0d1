"""Board messages: clocks, three rates, overdue."""
