# The service with a PostgreSQL server beside it: alone, it keeps a private database under /var/lib/inspectia; with
# INSPECTIA_DATABASE_URL it uses that one. Build with BuildKit: docker build -t inspectia .
ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
WORKDIR /src
RUN --mount=type=bind,source=script,target=/run/script /run/script/packages build
COPY . .
RUN --mount=type=cache,target=/src/.build \
    script/build && strip --strip-debug -o /usr/local/bin/inspectia .build/release/inspectia

FROM ${DEBIAN_IMAGE}
RUN --mount=type=bind,source=script,target=/run/script \
    /run/script/packages run \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/inspectia --shell /usr/sbin/nologin inspectia \
    && install -d -m 0750 -o inspectia -g inspectia /var/lib/inspectia
COPY --from=build /usr/local/bin/inspectia /usr/local/bin/
COPY migrations /usr/share/inspectia/migrations
COPY config /usr/share/inspectia/config
COPY models /usr/share/inspectia/models
COPY deploy/docker/healthcheck /usr/local/bin/inspectia-healthcheck

ENV INSPECTIA_DATA_DIR=/var/lib/inspectia INSPECTIA_HTTP_HOST=0.0.0.0 INSPECTIA_HTTP_PORT=8080
WORKDIR /var/lib/inspectia
VOLUME /var/lib/inspectia
EXPOSE 8080
# By number, so that an orchestrator sees that it is not root.
USER 10001:10001
STOPSIGNAL SIGTERM
# The first start creates the database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["inspectia-healthcheck"]
ENTRYPOINT ["inspectia"]
CMD ["serve"]
