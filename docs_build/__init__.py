"""Pages of the documentation that are made of the program itself, so that they tell nothing else than it does."""
