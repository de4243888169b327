# A static zhitu, alone in an empty image. Behind a mirror, name its copies:
#   docker build --build-arg GO_IMAGE=… --build-arg GOPROXY=… -t zhitu .
ARG GO_IMAGE=golang:1.26.8-bookworm

FROM ${GO_IMAGE} AS build
ARG GOPROXY
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /image/zhitu ./cmd/zhitu
RUN mkdir /image/data

# No shell, no packages. Certificates are for neo4j+s:// with a public authority;
# zones of time are not needed, because all times are in UTC. There is no
# HEALTHCHECK: whoever runs the image asks /livez and /readyz from outside.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /image/zhitu /zhitu
# For a SQLite file, zhitu.db unless told otherwise, and for zhitu.yaml.
COPY --from=build --chown=65532:65532 /image/data /data
WORKDIR /data
USER 65532:65532
# Not loopback, which is the container alone; so ZHITU_TOKEN is demanded.
ENV ZHITU_LISTEN=:8080
EXPOSE 8080
ENTRYPOINT ["/zhitu"]
CMD ["serve"]
