"""``python cli.py …`` = ``kumppanuus …`` from a checkout."""

from kumppanuus.cli import main

if __name__ == "__main__":
    main()
