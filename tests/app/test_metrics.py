"""Metrics in the text format of Prometheus, one registry an application."""

from orderloom.platform.app.metrics import Metrics


def test_what_was_counted_is_on_the_page() -> None:
    metrics = Metrics()
    metrics.commands.labels("CastVerdict", "accepted").inc()
    metrics.calls.labels("erp", "again").inc(2)
    metrics.timers.inc(3)
    with metrics.timed(metrics.command_seconds):
        pass
    page = metrics.page().decode()
    assert 'orderloom_commands_total{kind="CastVerdict",result="accepted"} 1.0' in page
    assert 'orderloom_calls_total{connector="erp",result="again"} 2.0' in page
    assert "orderloom_timers_total 3.0" in page
    assert "orderloom_command_seconds_count 1.0" in page


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.commits.inc()
    assert "orderloom_commits_total 1.0" in first.page().decode()
    assert "orderloom_commits_total 0.0" in second.page().decode()
