# Two stages: the first has what it takes to install, the second only what it takes to run.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# Charts as pictures take 150 MB. `--build-arg REQUIREMENTS=requirements.txt` leaves them out.
ARG REQUIREMENTS=requirements-charts.txt
COPY requirements.txt requirements-charts.txt ./
RUN python -m venv /opt/escalate \
 && /opt/escalate/bin/pip install --require-hashes -r ${REQUIREMENTS}
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY sandbox sandbox
COPY migrations migrations
RUN /opt/escalate/bin/pip install --no-deps --no-build-isolation . \
 && /opt/escalate/bin/pip uninstall --yes setuptools pip

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/escalate escalate
COPY --from=build /opt/escalate /opt/escalate
ENV PATH=/opt/escalate/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////var/lib/escalate/escalate.db \
    ESCALATE_HTTP_HOST=0.0.0.0 \
    ESCALATE_HTTP_PORT=8401 \
    ESCALATE_LOG_FORMAT=json
USER escalate
WORKDIR /var/lib/escalate
VOLUME /var/lib/escalate
EXPOSE 8401
# Alive, not ready: while Slack is away the bot must not be restarted, for it pages by other routes meanwhile.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['ESCALATE_HTTP_PORT']}/healthz\", timeout=4)"]
# Migrations are a step of their own, run once before the replicas start: `escalate migrate`.
ENTRYPOINT ["escalate"]
CMD ["run"]
