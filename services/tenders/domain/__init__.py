"""What a tender is and the rules it lives by: plain Python, no I/O, no clock of its own."""
