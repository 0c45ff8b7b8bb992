"""Questions asked of one section of one institution, for whoever combines the answers. Sets, not loops; read only."""
