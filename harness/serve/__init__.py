"""``harness serve``: rewards over HTTP. docs/reward.md is its page; ``harness.reward.Client`` the other side.

server      sockets, start, graceful end
handler     one connection: routes, limits, JSON in and out
service     from a request to rewards: state, queue, metrics
budget      counts what is under way, and how soon there is room again
metrics     counters in the Prometheus text format
openapi     the description of the service (/openapi.json)

It stands on the standard library's threading server. The work is done by the threads and cells of a ``Grader``, tens
of milliseconds a sample, so a faster server would gain nothing; and a trainer's environment, where versions are pinned
tightly, needs no further package. What that server lacks is here: limits on bodies, connections and time.
"""

from harness.serve.server import ServeOptions, serve

__all__ = ["ServeOptions", "serve"]
