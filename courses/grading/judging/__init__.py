"""A language model as judge, and what keeps it honest. Pure.

The judge answers small yes/no questions and quotes the work for each yes; our code checks the quotes, counts the votes
and computes the score. The work is data: cleaned, written as a JSON string, between marks that it cannot contain.
"""
