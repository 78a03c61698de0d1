# The service as an image: docker build -t yuqing .
FROM python:3.11-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
# What PDF and the charts of briefs need of the system.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
      fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY crawlers crawlers
COPY monitor monitor
COPY api api
COPY demo demo
COPY config config
RUN pip install --no-cache-dir --no-deps -e . \
    && useradd --system --uid 10001 --home /app yuqing && install -d -o yuqing -g yuqing -m 700 /data
USER yuqing
ENV YUQING_SERVICE__DATA=/data YUQING_SERVICE__HTTP__HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["yuqing"]
CMD ["run", "--config", "/app/config"]
