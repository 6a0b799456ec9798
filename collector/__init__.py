"""The collector: receives rows, weighs them, says why a host is suspect."""
