"""How each experiment is shown, and what several of them share."""
