"""After the commit: worker, timers, outgoing calls, mail."""
