"""After the commit: worker, timers, outgoing calls, mail. It loads nothing by itself."""
