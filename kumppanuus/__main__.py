"""``python -m kumppanuus`` = ``kumppanuus``."""

from kumppanuus.cli import main

if __name__ == "__main__":
    main()
