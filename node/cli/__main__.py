"""`python -m node.cli`: the same as `ipregister`."""

from node.cli import main

main()
