"""How soon a withdrawal is gone from every cache on every node: the parts of that sum, and nowhere
else.

A kept page is shown only under the version of everything public at which it was made. So what
decides is how old that version may be: a process reads it anew when it is `STAMP_GOOD_FOR` old, and
waits for the database no longer than `STAMP_PATIENCE`. Redis keeps pages by that version, so it
adds nothing; nginx delivers no kept page while a web process answers. Its copies for an outage are
put out of use on every machine (`portal.clearing`) as soon as the watch there knows the new
version. All in seconds.
"""

GONE_WITHIN = 3.0  # the promise

STAMP_GOOD_FOR = 0.9
# A database that does not answer this query in that time does not answer: no page from before a
# withdrawal it does not know of is made then, and it is asked again after `STAMP_RETRY_AFTER`.
STAMP_PATIENCE = 1.5
STAMP_RETRY_AFTER = 1.0
# While one thread reads, the others wait no longer than this for it.
STAMP_SHORT_WAIT = 0.1
# How often a process looks by itself, where nobody asks for a page.
WATCH_EVERY = 0.5
REDIS_ADDS = 0.0
NGINX_ADDS = 0.0

PAGES = STAMP_GOOD_FOR + STAMP_PATIENCE + STAMP_SHORT_WAIT + REDIS_ADDS + NGINX_ADDS
KEPT_COPIES = WATCH_EVERY + STAMP_GOOD_FOR + STAMP_PATIENCE
# The longest a copy may still be written of what a process gave away just before
# (`deploy/purge-kept` waits for it).
LATE_COPIES = GONE_WITHIN + 1
