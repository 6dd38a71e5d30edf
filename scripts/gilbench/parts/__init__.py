"""What the views of several experiments share."""
