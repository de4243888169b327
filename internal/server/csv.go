package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/spreadsheet"
)

// csvExport is a download while it is made.
type csvExport struct {
	csvForm
	api   http.Handler
	r     *http.Request
	roots []string // root fields of the query
}

// maxCSVRows bounds a download.
const maxCSVRows = 200_000

type csvExportKey struct{}

// serveCSV downloads the rows of a query as a table. It asks the API within the process, as
// whoever asks: rights, limits and audit are those of the API. It follows the pages of a
// connection. What goes wrong after the first row breaks the download off, so that no part
// of a table looks whole.
func (g *gate) serveCSV(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form, err := readCSVForm(w, r)
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			writeError(w, r, http.StatusRequestEntityTooLarge, fault.LimitExceeded, fault.T("the form is larger than %d bytes", "表单超过 %d 字节", tooLarge.Limit))
			return
		}
		if err != nil {
			g.refuse(w, r, err)
			return
		}
		export := &csvExport{csvForm: form, api: api}
		export.r = r.WithContext(context.WithValue(r.Context(), csvExportKey{}, export))
		page, err := export.ask()
		var refused *apiError
		switch {
		case errors.As(err, &refused):
			refused.write(w)
		case err != nil:
			g.refuse(w, r, err)
		default:
			export.note(r.Context())
			g.writeCSV(w, export, page)
		}
	})
}

// writeCSV writes a download from its first page on.
func (g *gate) writeCSV(w http.ResponseWriter, export *csvExport, page csvPage) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.name}))
	w.Header().Set("Cache-Control", "no-store")
	control, out := http.NewResponseController(w), spreadsheet.NewWriter(w)
	_ = control.SetReadDeadline(time.Time{}) // that of the server would end the request
	cells := make([]string, len(export.columns))
	for i, c := range export.columns {
		cells[i] = spreadsheet.Text(c.Title)
	}
	err := out.Write(cells)
	for count := 0; err == nil; {
		if count += len(page.rows); count > maxCSVRows {
			err = tooManyRows()
			break
		}
		for _, row := range page.rows {
			for i, c := range export.columns {
				cells[i] = c.cell(row)
			}
			_ = out.Write(cells) // Flush tells
		}
		_ = control.SetWriteDeadline(time.Now().Add(g.Timeout + time.Minute)) // of a page, and not of all
		if err = out.Flush(); err != nil || page.next == "" {
			break
		}
		before := page.next
		if err = g.refreshExport(export); err != nil {
			break
		}
		export.variables["after"] = before
		if page, err = export.ask(); err == nil && page.next == before {
			err = noAfter()
		}
	}
	if err != nil {
		g.Log.WarnContext(export.r.Context(), "a download broke off", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// refreshExport judges again who asks: a download of many pages outlasts a session that is ended
// and rights that are withdrawn.
func (g *gate) refreshExport(export *csvExport) error {
	ctx := export.r.Context()
	v, err := access.FromContext(ctx)
	if err != nil {
		return err
	}
	if v, err = g.refresh(ctx, v); err == nil {
		export.r = export.r.WithContext(access.WithViewer(ctx, v))
	}
	return err
}

// ask asks the API for the page that the variables name.
func (e *csvExport) ask() (csvPage, error) {
	body, err := json.Marshal(map[string]any{"query": e.query, "variables": e.variables})
	if err != nil {
		return csvPage{}, err
	}
	r, err := http.NewRequestWithContext(e.r.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	if err != nil {
		return csvPage{}, err
	}
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/graphql-response+json"}, "Accept-Language": e.r.Header["Accept-Language"],
	}
	answered := &apiAnswer{header: http.Header{}, status: http.StatusOK}
	e.api.ServeHTTP(answered, r)
	var answer struct {
		Data   any
		Errors []json.RawMessage
	}
	decoder := json.NewDecoder(&answered.body)
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return csvPage{}, err
	}
	if len(answer.Errors) > 0 {
		return csvPage{}, newAPIError(answered, answer.Errors)
	}
	page, err := e.findPage(answer.Data)
	if err == nil && page.next != "" && !strings.Contains(e.query, "$after") {
		err = noAfter()
	}
	if err == nil && page.next != "" && page.all > maxCSVRows {
		err = tooManyRows()
	}
	return page, err
}

// selfNoted are the classes of root fields that need no entry of their own: reads of what people
// have mastered leave one for each person, and what is one's own leaves none.
var selfNoted = []access.Action{access.Learner, access.OwnData, access.AdministerOwn, access.Schema}

// note leaves in the audit what is exported.
func (e *csvExport) note(ctx context.Context) {
	for _, root := range e.roots {
		if class, ok := graph.RootClass(root); ok && !slices.Contains(selfNoted, class) {
			audit.Note(ctx, audit.Event{Action: class, Verb: "export", Filter: root})
		}
	}
}

// begin refuses what is no query, and keeps what a query asks for.
func (e *csvExport) begin(op graph.Operation) error {
	if op.Kind != "query" {
		return fault.New(fault.InvalidArgument, "only a query can be downloaded", "只能下载查询的结果")
	}
	e.roots = op.Roots
	return nil
}

func tooManyRows() error {
	return fault.New(fault.LimitExceeded, "a file has at most %d rows: narrow the query down", "一个文件最多 %d 行：请缩小查询范围", maxCSVRows)
}

func noAfter() error {
	return fault.New(fault.InvalidArgument, "there are more pages: pass the variable $after to the connection", "结果有多页：请把变量 $after 传给该连接字段")
}

// apiAnswer keeps an answer of the API within the process.
type apiAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *apiAnswer) Header() http.Header         { return a.header }
func (a *apiAnswer) WriteHeader(status int)      { a.status = status }
func (a *apiAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

// apiError is what the API has answered in place of rows.
type apiError struct {
	status     int
	code       fault.Code // of the first error
	retryAfter string
	errors     []json.RawMessage
}

func newAPIError(answered *apiAnswer, errs []json.RawMessage) *apiError {
	var first struct{ Extensions struct{ Code fault.Code } }
	_ = json.Unmarshal(errs[0], &first) // an error without a code is an internal one
	status := answered.status
	if status < http.StatusMultipleChoices || status == http.StatusBadRequest {
		status = statusOf(first.Extensions.Code)
	}
	return &apiError{status, first.Extensions.Code, answered.header.Get("Retry-After"), errs}
}

func (e *apiError) Error() string { return "the API answered " + string(e.code) }

func (e *apiError) write(w http.ResponseWriter) {
	if e.retryAfter != "" {
		w.Header().Set("Retry-After", e.retryAfter)
	}
	writeJSON(w, e.status, map[string]any{"errors": e.errors})
}
