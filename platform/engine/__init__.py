"""The pure interpreter: no input or output, no clock, no chance."""
