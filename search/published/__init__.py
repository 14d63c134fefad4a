"""What was published of each dataset, and when it changed: current descriptions, snapshots of them, the changes."""
