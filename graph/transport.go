package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

// The two media types of GraphQL over HTTP. Under the older one every answer to
// a well-formed request is 200, because a proxy may have written any other
// status; under the newer one the status tells the truth. A stream of events may
// hold several answers.
const (
	plainJSON    = "application/json"
	responseJSON = "application/graphql-response+json"
	eventStream  = "text/event-stream"
)

// maxBody limits a request's body, in bytes. It is read before anything can be
// known about the query, so no other limit protects this step.
const maxBody = 1 << 20

// RetryAfter is the header Retry-After of what is UNAVAILABLE, in seconds.
const RetryAfter = "1"

// POST answers GraphQL over HTTP by POST alone. It takes every request that is no
// WebSocket, so that a wrong method or content type gets the status HTTP has
// for it. GET is left out on purpose, and only application/json is taken: a
// link or a form on a foreign page can then make no browser run a query.
//
// It stands in for gqlgen's own transports, which answer 422 to a refused
// document and write "data": null where nothing was executed, which the audits of
// graphql-http do not want, and let a stream of events end with the time-outs of
// the server.
type POST struct{ Timeout time.Duration } // of a query or a mutation

var _ graphql.Transport = POST{}

// Supports reports true for every request.
func (POST) Supports(*http.Request) bool { return true }

// Do answers one request: a subscription as a stream of events, anything else so
// where the client likes that best.
func (p POST) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accept := r.Header.Values("Accept")
	media := mediaType(accept, plainJSON, responseJSON)
	streamed := mediaType(accept, plainJSON, responseJSON, eventStream) == eventStream
	// Set before anything can fail: the answer to a panic carries it too.
	w.Header().Set("Content-Type", media+"; charset=utf-8")

	var params graphql.RawParams
	params.ReadTime.Start = graphql.Now()
	if status, err := readParams(w, r, &params); err != nil {
		// An empty operation context leaves the error presenter and the response
		// middleware in the same state as after a document that does not parse.
		ctx := graphql.WithOperationContext(r.Context(), &graphql.OperationContext{})
		writeResponse(w, status, exec.DispatchError(ctx, gqlerror.List{err}))
		return
	}
	params.ReadTime.End = graphql.Now()

	ctx := r.Context()
	op, errs := exec.CreateOperationContext(ctx, &params)
	switch {
	case errs != nil:
	case op.Operation.Operation != ast.Subscription:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.Timeout)
		defer cancel()
	case mediaType(accept, eventStream) == eventStream:
		streamed = true
	default:
		errs = gqlerror.List{refusal(fault.InvalidArgument,
			"a subscription is answered over a WebSocket, or as a stream of events: send the header Accept: text/event-stream",
			"订阅须使用 WebSocket 或事件流：请发送请求头 Accept: text/event-stream")}
	}
	respond, ctx := dispatch(ctx, exec, op, errs)
	if streamed {
		stream(ctx, w, respond)
		return
	}
	resp := respond(ctx)
	if resp == nil { // the context ended before the work began
		err := refusal(fault.Unavailable, "the request was cancelled or ran out of time", "请求已取消或超时")
		writeResponse(w, http.StatusServiceUnavailable, exec.DispatchError(ctx, gqlerror.List{err}))
		return
	}
	status := http.StatusOK
	if len(resp.Data) == 0 && media == responseJSON {
		status = http.StatusBadRequest
	}
	writeResponse(w, status, resp)
}

// dispatch begins an operation, or tells why it cannot begin.
func dispatch(
	ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List,
) (graphql.ResponseHandler, context.Context) {
	if errs == nil && op.Operation.Operation == ast.Subscription &&
		len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{subscription})) != 1 {
		errs = gqlerror.List{refusal(fault.InvalidArgument, "a subscription selects one field", "一个订阅须且只能选择一个字段")}
	}
	if errs == nil {
		return exec.DispatchOperation(ctx, op)
	}
	ctx = graphql.WithOperationContext(ctx, op)
	return graphql.OneShot(exec.DispatchError(ctx, errs[:min(len(errs), maxProblems)])), ctx
}

// readParams decodes the request into params. It returns the status and the
// error for a request that is not well-formed; the status does not depend on the
// media type of the answer, since no GraphQL has been seen yet.
func readParams(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) (int, *gqlerror.Error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed, refusal(fault.InvalidArgument, "only POST is allowed here", "此处只允许 POST")
	}
	media, attrs, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := attrs["charset"]; media != plainJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return http.StatusUnsupportedMediaType,
			refusal(fault.InvalidArgument, "the content type must be application/json in UTF-8", "内容类型须为 UTF-8 的 application/json")
	}

	err := decode(http.MaxBytesReader(w, r.Body, maxBody), params)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge,
			refusal(fault.LimitExceeded, "the request body is larger than %d bytes", "请求体超过 %d 字节", tooLarge.Limit)
	case err != nil || params.Query == "":
		return http.StatusBadRequest, malformed()
	}
	params.Headers = r.Header // after decoding: a body must not be able to claim headers
	return 0, nil
}

// decode reads one JSON value and no more.
func decode(body io.Reader, into any) error {
	dec := json.NewDecoder(body)
	dec.UseNumber() // a double would round the large integers in variables
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return cmp.Or(err, errors.New("something follows"))
	}
	return nil
}

// malformed says what a request must be: what the decoder says names Go types.
func malformed() *gqlerror.Error {
	return refusal(fault.InvalidArgument,
		"the request body must be one JSON object with a query and, where needed, operationName, variables and extensions",
		"请求体须为一个 JSON 对象，含 query，必要时含 operationName、variables 和 extensions")
}

// mediaType chooses the media type of the answer from the Accept header: the
// one of those offered with the highest quality, the first named among equals.
// A client that asks for none gets plain JSON, as does a wildcard, because old
// clients know nothing else.
func mediaType(accept []string, offered ...string) string {
	best, bestQuality := plainJSON, 0.0
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		media, attrs, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if media == "*/*" || media == "application/*" {
			media = plainJSON
		}
		if !slices.Contains(offered, media) {
			continue
		}
		quality := 1.0
		if q, ok := attrs["q"]; ok {
			quality, _ = strconv.ParseFloat(q, 64)
		}
		if quality > bestQuality {
			best, bestQuality = media, quality
		}
	}
	return best
}

// writeResponse writes an answer, and when to ask again where some of it was
// unavailable: the status alone does not tell.
func writeResponse(w http.ResponseWriter, status int, resp *graphql.Response) {
	body := encode(resp)
	if slices.ContainsFunc(resp.Errors, func(e *gqlerror.Error) bool { return e.Extensions["code"] == fault.Unavailable }) {
		w.Header().Set("Retry-After", RetryAfter)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// encode writes resp without a data entry where nothing was executed: execution
// always leaves some bytes there, if only those of null.
func encode(resp *graphql.Response) []byte {
	body, err := json.Marshal(struct {
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{resp.Errors, resp.Data, resp.Extensions})
	if err != nil {
		panic(err) // the server presents a panic as an internal error
	}
	return body
}

// refusal is a fault as gqlgen carries it to the error presenter.
func refusal(code fault.Code, en, zh string, args ...any) *gqlerror.Error {
	return gqlerror.Wrap(fault.New(code, en, zh, args...))
}
