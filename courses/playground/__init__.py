"""Free play with the models, outside any exercise: nothing is handed in, nothing is marked, nobody else sees it."""
