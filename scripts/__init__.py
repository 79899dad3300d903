"""The commands of `backproof`, one file each: parse, call, print."""
