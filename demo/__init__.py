"""One procurement from draft to contract, told as it happens. `make demo` runs it; so does the journey test."""
