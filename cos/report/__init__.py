"""What people read: the HTML report and the terminal's output."""
