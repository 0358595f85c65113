"""What the command line prints. Plain ASCII marks; never a cell's value."""
