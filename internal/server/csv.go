package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/spreadsheet"
)

// The limits of a download.
const (
	maxCSVForm    = 256 << 10 // bytes
	maxCSVColumns = 200
	maxCSVRows    = 200_000
	maxFileName   = 100 // characters
)

// csvForm is what a page sends for a download.
type csvForm struct {
	query     string
	variables map[string]any
	rows      string // dotted path of a list or connection in the answer
	columns   []csvColumn
	name      string // of the file
}

// csvExport is a download while it is made.
type csvExport struct {
	csvForm
	api   http.Handler
	r     *http.Request
	roots []string // root fields of the query
}

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
	page, err := findRows(answer.Data, e.rows)
	if err == nil && page.next != "" && !strings.Contains(e.query, "$after") {
		err = noAfter()
	}
	if err == nil && page.next != "" && page.all > maxCSVRows {
		err = tooManyRows()
	}
	return page, err
}

// exportClasses are the classes of root fields whose reading alone leaves no entry in the
// audit, but their export does.
var exportClasses = map[string]access.Action{
	"employees": access.PeopleList, "accounts": access.Administer, "auditLog": access.Audit,
}

// note leaves in the audit that lists are exported; see exportClasses.
func (e *csvExport) note(ctx context.Context) {
	for _, root := range e.roots {
		if class, ok := exportClasses[root]; ok {
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

// readCSVForm reads and checks a form. Its field lang decides over the header Accept-Language.
func readCSVForm(w http.ResponseWriter, r *http.Request) (form csvForm, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxCSVForm)
	if err = r.ParseForm(); err == nil {
		if err = r.ParseMultipartForm(maxCSVForm); errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return form, err
	}
	if err != nil {
		return form, badCSVForm("query")
	}
	if lang := r.PostForm.Get("lang"); fault.Supported(lang) {
		r.Header.Set("Accept-Language", lang)
	}
	form = csvForm{query: r.PostForm.Get("query"), variables: map[string]any{}, rows: r.PostForm.Get("rows"), name: fileName(r.PostForm.Get("name"))}
	if text := r.PostForm.Get("variables"); text != "" && (decodeJSON(text, &form.variables) != nil || form.variables == nil) {
		return form, badCSVForm("variables")
	}
	if err := decodeJSON(r.PostForm.Get("columns"), &form.columns); err != nil || len(form.columns) == 0 || len(form.columns) > maxCSVColumns {
		return form, badCSVForm("columns")
	}
	if form.query == "" || form.rows == "" {
		return form, badCSVForm("query, rows")
	}
	return form, nil
}

// badCSVForm names the fields that are wrong.
func badCSVForm(fields string) error {
	return fault.New(fault.InvalidArgument,
		"check %s: the form has query, variables (JSON), rows (a path), columns (JSON: a list of title, path and texts) and name",
		"请检查 %s：表单含 query、variables（JSON）、rows（路径）、columns（JSON 列表：title、path、texts）和 name", fields)
}

func decodeJSON(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // a double would round large integers
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one JSON value")
	}
	return nil
}

// fileName returns a name that every system takes, with its ending.
func fileName(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case !unicode.IsPrint(c) || c == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, c):
			return '-'
		}
		return c
	}, strings.TrimSuffix(name, ".csv"))
	runes := []rune(strings.Trim(name, " ."))
	name = strings.TrimRight(string(runes[:min(len(runes), maxFileName)]), " .")
	if name == "" {
		name = "zhitu"
	}
	return name + ".csv"
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
