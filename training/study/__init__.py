"""Studies: many fits that answer one question, such as whether synthetic faces help, with one report."""
