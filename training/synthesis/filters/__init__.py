"""What synthetic faces are kept: labels rectified by an ensemble, and everything doubtful dropped with its reason."""
