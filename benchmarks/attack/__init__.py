"""The attack on what is published: random municipalities, and an attacker who knows what tables mean.

Nothing here reads the declarations of the analyses, nor the gate's own relations of numbers and its audit: the
attacker has the published numbers and common sense. The exact numbers are used for two things only: to see which
hidden numbers are small, and to see to it that the attacker's common sense is true.
"""
