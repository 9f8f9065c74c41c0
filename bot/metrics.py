"""The metrics served at `GET /metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

_FAST = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)

SLACK_CALLS = Counter("escalate_slack_calls", "Calls of Slack's Web API", ["method", "outcome"], registry=REGISTRY)
SLACK_SECONDS = Histogram("escalate_slack_call_seconds", "How long Slack took to answer", ["method"], registry=REGISTRY)
ACK_SECONDS = Histogram(
    "escalate_ack_seconds", "From a request of Slack to its acknowledgement", ["kind"], buckets=_FAST, registry=REGISTRY
)
EFFECTS = Counter("escalate_effects", "Effects settled", ["kind", "outcome"], registry=REGISTRY)
TIMERS = Counter("escalate_timers_fired", "Timers fired", ["kind"], registry=REGISTRY)
TIMER_FAILURES = Counter("escalate_timer_failures", "Times that firing a timer failed", registry=REGISTRY)
TIMERS_FAILING = Gauge("escalate_timers_failing", "Timers that keep failing (see `doctor`)", registry=REGISTRY)
NOT_DRAWN = Counter("escalate_not_drawn", "Times that an escalation was left out of a list", registry=REGISTRY)
DEAF = Gauge("escalate_deaf", "1 while Slack can't be reached, by its Web API or by us", registry=REGISTRY)
OTHER_POLICY = Gauge(
    "escalate_other_policy", "1 while another replica has put another policy in force", registry=REGISTRY
)
TICK_SECONDS = Histogram("escalate_tick_seconds", "How long a tick took", buckets=_FAST, registry=REGISTRY)
TICK_LATENESS = Gauge("escalate_tick_lateness_seconds", "How late the oldest due timer was", registry=REGISTRY)
