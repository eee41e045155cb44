"""Who is shown: identity, looks and cuts of hair sampled for a group, and the person they make."""
