"""Speed, memory and growth as ratios in one run, side by side with what a user would pick instead."""
