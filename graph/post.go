package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

// maxBody limits the body of a request, in bytes. The body is read before the query is
// known, so no other limit protects this step.
const maxBody = 1 << 20

// POST is the transport of GraphQL over HTTP, by POST alone. It takes every request
// that is no WebSocket, so that a wrong method or content type gets its HTTP status.
// GET and other content types than application/json are refused against cross-site
// request forgery: a link or a form on a foreign page can run no query. The one exception
// are uploads, for one mutation alone: see uploads.
//
// It replaces the transports of gqlgen. Those answer 422 to a refused document and
// write "data": null where nothing was executed, which the audits of graphql-http
// reject. They also let the timeouts of the server end a stream of events.
type POST struct {
	Timeout time.Duration                          // of a query or a mutation
	Upload  int                                    // bytes that the files of a multipart request may have; 0 for no such requests
	Begin   func(context.Context, Operation) error // called before an operation begins, and may refuse it; nil for none
	Observe func(context.Context, Operation)       // called when an operation has ended; nil for none
}

var _ graphql.Transport = POST{}

// Supports reports true for every request.
func (POST) Supports(*http.Request) bool { return true }

// Do answers one request. A subscription is answered with a stream of events; a query
// or a mutation too, where the client prefers that media type.
func (p POST) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accept := r.Header.Values("Accept")
	media := negotiateMediaType(accept, plainJSON, responseJSON)
	streamed := negotiateMediaType(accept, plainJSON, responseJSON, eventStream) == eventStream
	// Set before anything can fail: the response to a panic has it too.
	w.Header().Set("Content-Type", media+"; charset=utf-8")

	observer := newOperationObserver(p.Observe)
	defer observer.end(r.Context())
	var params graphql.RawParams
	params.ReadTime.Start = graphql.Now()
	files := &uploads{maxBytes: p.Upload}
	defer files.release()
	if status, err := readParams(w, r, &params, files); err != nil {
		// The error presenter and the response middleware expect an operation context,
		// as after a document that does not parse.
		ctx := graphql.WithOperationContext(r.Context(), &graphql.OperationContext{})
		response := exec.DispatchError(ctx, gqlerror.List{err})
		observer.addErrors(response.Errors)
		writeResponse(w, status, response)
		return
	}
	params.ReadTime.End = graphql.Now()

	ctx := withObserver(r.Context(), observer)
	op, errs := createOperation(ctx, exec, &params)
	observer.begin(op, params.OperationName)
	if errs == nil {
		if err := p.begin(ctx, operationOf(op), files); err != nil {
			errs = gqlerror.List{gqlerror.Wrap(toFault(err))}
		}
	}
	switch {
	case errs != nil:
	case op.Operation.Operation != ast.Subscription:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.Timeout)
		defer cancel()
	case negotiateMediaType(accept, eventStream) == eventStream:
		streamed = true
	default:
		errs = gqlerror.List{newError(fault.InvalidArgument,
			"a subscription is answered over a WebSocket, or as a stream of events: send the header Accept: text/event-stream",
			"订阅须使用 WebSocket 或事件流：请发送请求头 Accept: text/event-stream")}
	}
	nextResponse, ctx := dispatch(ctx, exec, op, errs)
	nextResponse = observer.watch(nextResponse)
	if streamed {
		streamEvents(ctx, w, nextResponse)
		return
	}
	resp := nextResponse(ctx)
	if resp == nil { // the context ended before the operation began
		err := newError(fault.Unavailable, "the request was cancelled or ran out of time", "请求已取消或超时")
		response := exec.DispatchError(ctx, gqlerror.List{err})
		observer.addErrors(response.Errors)
		writeResponse(w, http.StatusServiceUnavailable, response)
		return
	}
	status := http.StatusOK
	if len(resp.Data) == 0 && media == responseJSON {
		status = http.StatusBadRequest
	}
	writeResponse(w, status, resp)
}

// begin refuses an operation that may not begin.
func (p POST) begin(ctx context.Context, op Operation, files *uploads) error {
	if len(files.files) > 0 {
		if err := files.checkOperation(op); err != nil {
			return err
		}
	}
	if p.Begin == nil {
		return nil
	}
	return p.Begin(ctx, op)
}

// dispatch starts an operation, or returns the errors that refuse it as the only
// response.
func dispatch(
	ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List,
) (graphql.ResponseHandler, context.Context) {
	if errs == nil && op.Operation.Operation == ast.Subscription &&
		len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{subscriptionType})) != 1 {
		errs = gqlerror.List{newError(fault.InvalidArgument, "a subscription selects one field", "一个订阅须且只能选择一个字段")}
	}
	if errs == nil {
		return exec.DispatchOperation(ctx, op)
	}
	ctx = graphql.WithOperationContext(ctx, op)
	return graphql.OneShot(exec.DispatchError(ctx, errs[:min(len(errs), maxDocumentErrors)])), ctx
}

// readParams decodes a request. For one that is not well formed it returns the status
// and the error. That status is the same for every media type, because no GraphQL has
// been read yet.
func readParams(w http.ResponseWriter, r *http.Request, params *graphql.RawParams, files *uploads) (int, *gqlerror.Error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed, newError(fault.InvalidArgument, "only POST is allowed here", "此处只允许 POST")
	}
	media, attrs, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == multipartForm && files.maxBytes > 0 {
		status, err := files.read(w, r, attrs["boundary"], params)
		params.Headers = r.Header // after decoding, as below
		return status, err
	}
	if charset := attrs["charset"]; media != plainJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return http.StatusUnsupportedMediaType,
			newError(fault.InvalidArgument, "the content type must be application/json in UTF-8", "内容类型须为 UTF-8 的 application/json")
	}

	err := decodeJSON(http.MaxBytesReader(w, r.Body, maxBody), params)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge,
			newError(fault.LimitExceeded, "the request body is larger than %d bytes", "请求体超过 %d 字节", tooLarge.Limit)
	case err == nil && isHashOnly(params):
		return http.StatusOK, persistedQueryNotSupported() // any other status is to some clients a failure of the network
	case err != nil || params.Query == "":
		return http.StatusBadRequest, malformedRequest()
	}
	params.Headers = r.Header // after decoding: a body must not set headers
	return 0, nil
}

// decodeJSON reads exactly one JSON value.
func decodeJSON(body io.Reader, into any) error {
	dec := json.NewDecoder(body)
	dec.UseNumber() // a double would round the large integers in variables
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return cmp.Or(err, errors.New("more than one JSON value"))
	}
	return nil
}

// isHashOnly reports whether a client sent the hash of a query in place of the query
// (automatic persisted queries), to save bytes.
func isHashOnly(params *graphql.RawParams) bool {
	_, hashed := params.Extensions["persistedQuery"]
	return hashed && params.Query == ""
}

// persistedQueryNotSupported is the error by which clients know that they have to send
// the query itself, and no hash again. Some look at the code, and others at the message,
// which is the same in every language.
func persistedQueryNotSupported() *gqlerror.Error {
	return newError("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported", "PersistedQueryNotSupported")
}

// malformedRequest describes a valid request, because the messages of the decoder name
// Go types.
func malformedRequest() *gqlerror.Error {
	return newError(fault.InvalidArgument,
		"the request body must be one JSON object with a query and, where needed, operationName, variables and extensions",
		"请求体须为一个 JSON 对象，含 query，必要时含 operationName、variables 和 extensions")
}
