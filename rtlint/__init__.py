"""rtlint: is the real-time setup of this repository true?"""

__version__ = "0.1.0"
