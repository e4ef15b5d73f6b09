"""The roof: wires words, actors and doors into the programs that people start.

May use every room; nothing below imports it.
"""
