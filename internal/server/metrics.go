package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

// Metrics are what Prometheus may read of a server.
type Metrics struct {
	registry *prometheus.Registry
	fields   *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	received *prometheus.CounterVec
	trips    *prometheus.HistogramVec
	failures *prometheus.CounterVec
	revision prometheus.Gauge
	points   prometheus.Gauge
	compile  prometheus.Histogram
	open     prometheus.Gauge
	build    *prometheus.GaugeVec
}

// From a tenth of a millisecond, which a gap in memory takes, to ten seconds.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics returns metrics that nothing has been counted in.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		fields: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhitu_graphql_field_seconds", Help: "Time that root fields of GraphQL took, and how many there were.", Buckets: buckets,
		}, []string{"object", "field"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_graphql_field_errors_total", Help: "Root fields of GraphQL that failed, by error code.",
		}, []string{"object", "field", "code"}),
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_xapi_statements_total", Help: "Statements that were received, by what came of them.",
		}, []string{"outcome"}),
		trips: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhitu_store_seconds", Help: "Time that round trips to the store took, and how many there were.", Buckets: buckets,
		}, []string{"method"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_store_errors_total", Help: "Round trips to the store that failed.",
		}, []string{"method"}),
		revision: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_revision", Help: "The revision of the catalog in memory."}),
		points:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_knowledge_points", Help: "Knowledge points of the catalog in memory."}),
		compile: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "zhitu_compile_seconds", Help: "Time that compiling a catalog took.", Buckets: buckets,
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_subscriptions", Help: "Subscriptions that are open."}),
		build: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "zhitu_build_info", Help: "The running program, as labels; the value is always 1.",
		}, []string{"version", "revision", "goversion"}),
	}
	m.registry.MustRegister(m.fields, m.refused, m.received, m.trips, m.failures, m.revision, m.points, m.compile, m.open, m.build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// running says which program this is.
func (m *Metrics) running(b Build) {
	m.build.WithLabelValues(b.Version, b.Revision, b.GoVersion).Set(1)
}

func (m *Metrics) rootField(object, field string, took time.Duration, code fault.Code) {
	m.fields.WithLabelValues(object, field).Observe(took.Seconds())
	if code != "" {
		m.refused.WithLabelValues(object, field, string(code)).Inc()
	}
}

func (m *Metrics) statements(r service.Receipt) {
	for outcome, n := range map[string]int{
		"recorded": r.Recorded, "known": r.Known, "retracted": r.Retracted, "ignored": r.Ignored, "set_aside": r.SetAside,
	} {
		m.received.WithLabelValues(outcome).Add(float64(n))
	}
}

// StoreCall counts a round trip to a store.
func (m *Metrics) StoreCall(method string, took time.Duration, err error) {
	m.trips.WithLabelValues(method).Observe(took.Seconds())
	if err != nil {
		m.failures.WithLabelValues(method).Inc()
	}
}

// Compiled counts a graph that has become the snapshot.
func (m *Metrics) Compiled(c catalog.Compilation) {
	m.revision.Set(float64(c.Revision))
	m.points.Set(float64(c.Points))
	m.compile.Observe(c.Took.Seconds())
}

// Subscribed says how many subscriptions are open.
func (m *Metrics) Subscribed(open int) { m.open.Set(float64(open)) }
