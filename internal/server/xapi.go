package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

// maxBodyBytes limits a request with statements: the largest allowed number of
// statements, at their usual size.
const maxBodyBytes = 4 << 20

// maxMultipartBytes limits a request with attachments. They are discarded, but they
// must be read: a client that cannot finish sending never reads the answer.
const maxMultipartBytes = 64 << 20

const versionHeader = "X-Experience-API-Version"

// registerXAPI adds the endpoints for senders of xAPI statements. This is not a
// learning record store: it maps statements to evidence, and returns none of them.
func registerXAPI(mux *http.ServeMux, g *gate) {
	s := &statementHandler{Config: g.Config, warned: map[string]bool{}}
	route := func(h http.HandlerFunc) http.Handler {
		return requireXAPIVersion(g.withAudit(g.requireBy(bearerOrBasicToken, h, "Bearer", "Basic")))
	}
	for _, path := range []string{"/xapi/statements", "/xapi/statements/{$}"} {
		mux.Handle("POST "+path, route(s.post))
		mux.Handle("PUT "+path, route(s.put))
		mux.Handle("GET "+path, route(s.get))
		mux.Handle(path, route(s.refuseMethod))
	}
	for _, path := range []string{"/xapi/about", "/xapi/about/{$}"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(versionHeader, "2.0.0")
			writeJSON(w, http.StatusOK, map[string]any{"version": []string{"1.0.3", "2.0.0"}})
		})
	}
	for _, path := range []string{"/xapi", "/xapi/"} {
		mux.HandleFunc(path, refuseResource)
	}
}

// get answers those who test the connection: there are no statements to be read.
func (s *statementHandler) get(w http.ResponseWriter, r *http.Request) {
	if q := r.URL.Query(); q.Has("statementId") || q.Has("voidedStatementId") {
		writeError(w, r, http.StatusNotFound, fault.NotFound, fault.T(
			"zhitu keeps what statements tell as evidence and gives no statement back: ask for the evidence in GraphQL, or forward statements from a learning record store",
			"知图把语句内容保存为证据，不返回语句：请用 GraphQL 查询证据，或由学习记录库转发语句"))
		return
	}
	w.Header().Set("X-Experience-API-Consistent-Through", time.Now().UTC().Format(time.RFC3339Nano))
	writeJSON(w, http.StatusOK, map[string]any{"statements": []any{}, "more": ""})
}

func (s *statementHandler) refuseMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", "GET, HEAD, POST, PUT")
	writeError(w, r, http.StatusMethodNotAllowed, fault.InvalidArgument, fault.T("POST statements, or PUT one of them", "请用 POST 发送语句，或用 PUT 发送一条"))
}

// refuseResource answers for the resources of a learning record store that there are not,
// such as the state of an activity.
func refuseResource(w http.ResponseWriter, r *http.Request) {
	writeError(w, r, http.StatusNotFound, fault.NotFound, fault.T(
		"zhitu takes statements alone: enter the address up to /xapi in the learning system, which adds /statements; content that keeps its state needs a learning record store",
		"知图只接收语句：请在学习平台中填写到 /xapi 为止的地址（平台会加上 /statements）；需要保存状态的内容请使用学习记录库"))
}

// requireXAPIVersion refuses unsupported versions, and answers with a supported one.
func requireXAPIVersion(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch v := r.Header.Get(versionHeader); {
		case v == "2.0" || strings.HasPrefix(v, "2.0."):
			w.Header().Set(versionHeader, "2.0.0")
		case v == "1.0" || strings.HasPrefix(v, "1.0."):
			w.Header().Set(versionHeader, "1.0.3")
		default:
			w.Header().Set(versionHeader, "2.0.0")
			writeError(w, r, http.StatusBadRequest, fault.InvalidArgument, fault.T(
				"send the header %s: 1.0.3 or 2.0.0", "请发送请求头 %s：1.0.3 或 2.0.0", versionHeader))
			return
		}
		next.ServeHTTP(w, r)
	})
}

type statementHandler struct {
	Config

	mu     sync.Mutex
	warned map[string]bool // home pages whose accounts are trusted for want of a rule
}

// maxWarned bounds the home pages that are named in the log.
const maxWarned = 100

// warnOnce names each home page once whose accounts count though nothing trusts it.
func (s *statementHandler) warnOnce(ctx context.Context, homePages []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, page := range homePages {
		if !s.warned[page] && len(s.warned) < maxWarned {
			s.warned[page] = true
			s.Log.WarnContext(ctx, "the accounts of this home page are taken for codes of employees: say in the xAPI mapping file which ones are", "home_page", page, "row", page+"|*")
		}
	}
}

// post receives one or several statements, and answers with their ids.
func (s *statementHandler) post(w http.ResponseWriter, r *http.Request) {
	list, _, err := s.readStatements(w, r)
	if err == nil {
		var ids []string
		if ids, err = s.receive(r, list); err == nil {
			writeJSON(w, http.StatusOK, ids)
			return
		}
	}
	s.writeFailure(w, r, err)
}

// put receives one statement, whose id is in the URL.
func (s *statementHandler) put(w http.ResponseWriter, r *http.Request) {
	list, array, err := s.readStatements(w, r)
	if err == nil {
		if err = assignID(r.URL.Query().Get("statementId"), list, array); err == nil {
			if _, err = s.receive(r, list); err == nil {
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
	}
	s.writeFailure(w, r, err)
}

// assignID sets the id of the only statement in a list.
func assignID(id string, list []xapi.Statement, array bool) error {
	if array || len(list) != 1 {
		return fault.New(fault.InvalidArgument, "PUT takes one statement: POST an array", "PUT 只接受一条语句：数组请用 POST")
	}
	return list[0].AssignID(id)
}

// readStatements reads the statements of a request. In a request with attachments
// they are the first part.
func (s *statementHandler) readStatements(w http.ResponseWriter, r *http.Request) (list []xapi.Statement, array bool, err error) {
	body, rest := io.Reader(http.MaxBytesReader(w, r.Body, maxBodyBytes)), io.Reader(http.NoBody)
	media, attrs, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "multipart/mixed" {
		rest = http.MaxBytesReader(w, r.Body, maxMultipartBytes)
		part, err := multipart.NewReader(rest, attrs["boundary"]).NextPart()
		if err != nil {
			return nil, false, badPartError()
		}
		if media, _, _ = mime.ParseMediaType(part.Header.Get("Content-Type")); media != "application/json" {
			return nil, false, badPartError()
		}
		body = http.MaxBytesReader(w, part, maxBodyBytes)
	} else if media != "application/json" {
		return nil, false, fault.New(fault.InvalidArgument, "the content type must be application/json, or multipart/mixed with attachments", "内容类型须为 application/json，带附件时为 multipart/mixed")
	}
	data, err := io.ReadAll(body)
	if err == nil {
		_, err = io.Copy(io.Discard, rest)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, false, fault.New(fault.LimitExceeded, "the request body is larger than %d bytes", "请求体超过 %d 字节", tooLarge.Limit)
	case err != nil:
		return nil, false, fault.Wrap(err, fault.InvalidArgument, "the request body cannot be read", "无法读取请求体")
	}
	if s.LenientXAPI {
		return xapi.ParseLenient(data)
	}
	return xapi.Parse(data)
}

func badPartError() error {
	return fault.New(fault.InvalidArgument, "the first part must be application/json with the statements", "第一部分须为 application/json，内容为语句")
}

func (s *statementHandler) receive(r *http.Request, list []xapi.Statement) ([]string, error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
	defer cancel()
	receipt, err := s.Service.Receive(catalog.BeginRequest(ctx, acceptedLanguage(r)), list)
	if err != nil {
		return nil, err
	}
	s.Metrics.countStatements(receipt)
	s.warnOnce(ctx, receipt.UntrustedHomePages)
	if receipt.SetAside > 0 {
		s.Log.InfoContext(ctx, "statements were set aside: see setAside in GraphQL", "statements", receipt.SetAside)
	}
	return receipt.IDs, nil
}

// writeFailure answers that not all statements were stored. Idempotent: sending them
// again does no harm.
func (s *statementHandler) writeFailure(w http.ResponseWriter, r *http.Request, err error) {
	known, ok := asFault(err)
	if !ok {
		known = fault.Wrap(err, fault.Internal, "internal error", "内部错误")
	}
	status, text := http.StatusInternalServerError, known.Text
	switch known.Code {
	case fault.InvalidArgument:
		status = http.StatusBadRequest
	case fault.Conflict:
		status = http.StatusConflict
	case fault.Unauthenticated:
		status = http.StatusUnauthorized
	case fault.PermissionDenied:
		status = http.StatusForbidden
	case fault.LimitExceeded:
		status = http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", graph.RetryAfter)
	default:
		known.Code = fault.Internal
		text = fault.T("internal error; the log tells more under request %s", "内部错误；日志中请求 %s 有详细信息", RequestID(r.Context()))
	}
	if status >= http.StatusInternalServerError {
		s.Log.ErrorContext(r.Context(), "statements could not be taken", "error", err)
	}
	writeError(w, r, status, known.Code, text)
}

func acceptedLanguage(r *http.Request) fault.Lang {
	return fault.AcceptLanguage(r.Header.Get("Accept-Language"))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
