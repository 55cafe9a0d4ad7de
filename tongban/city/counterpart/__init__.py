"""What every local counterpart of a foreign system is made of; each runs in a process of its own.

A counterpart is a stranger to the house: it speaks a published protocol over HTTP at an inherited socket, writes the
account by which the house knows it into its folder, keeps what it knows in a file, so that a restart loses nothing,
shows people a page, and fails as it is told to there.
"""
