# A static zhitu, alone in an empty image. Behind a registry mirror, name its copies:
#   docker build --build-arg GO_IMAGE=… --build-arg GOPROXY=… -t zhitu .
ARG GO_IMAGE=golang:1.26.8-bookworm

# Runs on the machine that builds, and compiles for the platform of the image.
FROM --platform=${BUILDPLATFORM} ${GO_IMAGE} AS build
ARG GOPROXY
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS TARGETARCH VERSION REVISION
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOOS=${TARGETOS} GOARCH=${TARGETARCH} CGO_ENABLED=0 go build -trimpath \
    -ldflags="-s -w -X main.buildVersion=${VERSION} -X main.buildRevision=${REVISION}" -o /image/zhitu ./cmd/zhitu
RUN mkdir /image/data

# No shell, no packages. Certificates are for neo4j+s:// with a public authority;
# time zones are not needed, because all times are in UTC. There is no HEALTHCHECK:
# whatever runs the image asks /livez and /readyz from outside.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /image/zhitu /zhitu
# For a SQLite file, by default zhitu.db, and for zhitu.yaml.
COPY --from=build --chown=65532:65532 /image/data /data
WORKDIR /data
USER 65532:65532
# Loopback would be the container alone. Any other address requires accounts or ZHITU_TOKEN.
ENV ZHITU_LISTEN=:8080
EXPOSE 8080
ENTRYPOINT ["/zhitu"]
CMD ["serve"]
