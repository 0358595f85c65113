"""From a released table to a form: one function per form, so that rooms with like tables draw alike.

A form's function takes the protected table, the speaker of the room and which columns play which part, and gives the
specification of :mod:`kumppanuus.drawing`; the words around it (headline, subtitle, footer) stay with the room.
"""
