package server

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

// Metrics holds the metrics that Prometheus reads.
type Metrics struct {
	registry       *prometheus.Registry
	fieldSeconds   *prometheus.HistogramVec
	fieldErrors    *prometheus.CounterVec
	statementCount *prometheus.CounterVec
	storeSeconds   *prometheus.HistogramVec
	storeErrors    *prometheus.CounterVec
	revision       prometheus.Gauge
	points         prometheus.Gauge
	compileSeconds prometheus.Histogram
	subscriptions  prometheus.Gauge
	buildInfo      *prometheus.GaugeVec
	requests       *prometheus.CounterVec
	refusedSignIns prometheus.Counter
	throttled      prometheus.Counter
	queue          atomic.Pointer[func() int] // returns how much evidence waits
	imports        atomic.Pointer[func() (running, waiting int)]
}

// durationBuckets are in seconds: from 0.1 ms, the time of a gap analysis in memory,
// to 10 s.
var durationBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics returns metrics with all values at zero.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		fieldSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhitu_graphql_field_seconds", Help: "Time that root fields of GraphQL took, and how many there were.", Buckets: durationBuckets,
		}, []string{"object", "field"}),
		fieldErrors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_graphql_field_errors_total", Help: "Root fields of GraphQL that failed, by error code.",
		}, []string{"object", "field", "code"}),
		statementCount: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_xapi_statements_total", Help: "Statements that were received, by what came of them.",
		}, []string{"outcome"}),
		storeSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhitu_store_seconds", Help: "Time that round trips to the store took, and how many there were.", Buckets: durationBuckets,
		}, []string{"method"}),
		storeErrors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_store_errors_total", Help: "Round trips to the store that failed.",
		}, []string{"method"}),
		revision: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_revision", Help: "The revision of the catalog in memory."}),
		points:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_knowledge_points", Help: "Knowledge points of the catalog in memory."}),
		compileSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "zhitu_compile_seconds", Help: "Time that compiling a catalog took.", Buckets: durationBuckets,
		}),
		subscriptions: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_subscriptions", Help: "Subscriptions that are open."}),
		buildInfo: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "zhitu_build_info", Help: "The running program, as labels; the value is always 1.",
		}, []string{"version", "revision", "goversion"}),
	}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zhitu_http_requests_total", Help: "Requests that were answered, by the route, the method and the HTTP status.",
	}, []string{"route", "method", "status"})
	m.refusedSignIns = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "zhitu_sign_ins_refused_total", Help: "Requests and WebSockets that were refused for a missing or wrong token.",
	})
	m.throttled = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "zhitu_sign_ins_throttled_total", Help: "Tokens and passwords that were refused because their address had sent too many wrong ones.",
	})
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "zhitu_evidence_waiting", Help: "Pieces of evidence that wait for the next commit. More than 20,000 are refused.",
	}, func() float64 {
		if count := m.queue.Load(); count != nil {
			return float64((*count)())
		}
		return 0
	})
	m.registry.MustRegister(importJobs{m})
	m.registry.MustRegister(m.requests, m.refusedSignIns, m.throttled, waiting, m.fieldSeconds, m.fieldErrors, m.statementCount, m.storeSeconds, m.storeErrors, m.revision, m.points, m.compileSeconds, m.subscriptions, m.buildInfo,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// setBuildInfo says which program this is.
func (m *Metrics) setBuildInfo(b Build) {
	m.buildInfo.WithLabelValues(b.Version, b.Revision, b.GoVersion).Set(1)
}

func (m *Metrics) observeRootField(object, field string, took time.Duration, code fault.Code) {
	m.fieldSeconds.WithLabelValues(object, field).Observe(took.Seconds())
	if code != "" {
		m.fieldErrors.WithLabelValues(object, field, string(code)).Inc()
	}
}

func (m *Metrics) countStatements(r service.Receipt) {
	for outcome, n := range map[string]int{
		"recorded": r.Recorded, "known": r.Known, "retracted": r.Retracted, "ignored": r.Ignored, "set_aside": r.SetAside,
	} {
		m.statementCount.WithLabelValues(outcome).Add(float64(n))
	}
}

// StoreCall counts a round trip to a store.
func (m *Metrics) StoreCall(method string, took time.Duration, err error) {
	m.storeSeconds.WithLabelValues(method).Observe(took.Seconds())
	if err != nil {
		m.storeErrors.WithLabelValues(method).Inc()
	}
}

// ObserveCompilation counts a graph that has become the snapshot.
func (m *Metrics) ObserveCompilation(c catalog.Compilation) {
	m.revision.Set(float64(c.Revision))
	m.points.Set(float64(c.Points))
	m.compileSeconds.Observe(c.Took.Seconds())
}

// setQueue says where the length of the queue of evidence is known.
func (m *Metrics) setQueue(waiting func() int) { m.queue.Store(&waiting) }

// setImports says where the number of imports by upload is known.
func (m *Metrics) setImports(working func() (running, waiting int)) { m.imports.Store(&working) }

// importJobs collects how many imports by upload run and wait here.
type importJobs struct{ *Metrics }

var importJobsDesc = prometheus.NewDesc("zhitu_import_jobs", "Imports by upload that this instance works on, by state.", []string{"state"}, nil)

func (importJobs) Describe(to chan<- *prometheus.Desc) { to <- importJobsDesc }

func (i importJobs) Collect(to chan<- prometheus.Metric) {
	running, waiting := 0, 0
	if working := i.imports.Load(); working != nil {
		running, waiting = (*working)()
	}
	to <- prometheus.MustNewConstMetric(importJobsDesc, prometheus.GaugeValue, float64(running), "running")
	to <- prometheus.MustNewConstMetric(importJobsDesc, prometheus.GaugeValue, float64(waiting), "waiting")
}

func (m *Metrics) countRefusedSignIn() { m.refusedSignIns.Inc() }

func (m *Metrics) countThrottled() { m.throttled.Inc() }

// methods are those that have a label of their own. A client could invent any number.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions}

func (m *Metrics) observeRequest(route, method string, status int) {
	if !slices.Contains(methods, method) {
		method = "other"
	}
	m.requests.WithLabelValues(cmp.Or(route, "none"), method, strconv.Itoa(status)).Inc()
	if status == http.StatusUnauthorized {
		m.countRefusedSignIn()
	}
}

// SetSubscriptions sets the number of open subscriptions.
func (m *Metrics) SetSubscriptions(open int) { m.subscriptions.Set(float64(open)) }
