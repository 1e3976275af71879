"""Rules of the suppliers' register: plain Python, no input or output, no clock of its own."""
