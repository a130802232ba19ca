# companion-server, optimised, on a small system without a toolchain:
#   docker build -t companion-server .
#   docker run -p 8080:8080 -v companion:/var/lib/companion companion-server
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev libsqlite3-dev zlib1g-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# What is needed is fetched once, and again only when it changes.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
RUN swift build --configuration release --product companion-server --static-swift-stdlib -Xlinker -s \
    && swift build --configuration release --product companion --static-swift-stdlib -Xlinker -s \
    && mkdir -p /out/bin /out/share/companion \
    && built="$(swift build --configuration release --show-bin-path)" \
    && install -m 755 "$built/companion-server" "$built/companion" /out/bin/ \
    && cp -r Sources/Examples/CompanionServer/Page /out/share/companion/Page \
    && cp -r Sources/Examples/Support/Resources/Characters /out/share/companion/Characters

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libpq5 libsqlite3-0 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/companion --create-home companion
COPY --from=build /out/ /usr/local/
USER 10001
WORKDIR /var/lib/companion
VOLUME /var/lib/companion
ENV COMPANION_HOST=0.0.0.0 COMPANION_PORT=8080 COMPANION_LOG_FORMAT=json \
    COMPANION_DATABASE=sqlite:/var/lib/companion/server.sqlite
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/usr/local/bin/companion-server"]
