"""What Celery carries: each task fetches, calls one function, returns."""

from celery import shared_task

from workers.scheduling import lifecycle, runner
from workers.scheduling import sweep as sweeping

lifecycle.connect()


@shared_task(name="workers.run_job")
def run_job(job_id: str, token: int) -> None:
    runner.run(job_id=job_id, token=token)


@shared_task(name="workers.sweep", expires=10)
def sweep() -> int:
    return sweeping.sweep()


@shared_task(name="workers.probe_servers", expires=20)
def probe_servers() -> None:
    sweeping.probe_everybody()
