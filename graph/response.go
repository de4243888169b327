package graph

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

// The media types of responses. Under the older JSON type every response to a well
// formed request is 200, because a proxy may have written any other status. Under the
// newer one the status tells whether the operation was executed. A stream of events
// holds any number of responses.
const (
	plainJSON    = "application/json"
	responseJSON = "application/graphql-response+json"
	eventStream  = "text/event-stream"
)

// RetryAfter is the header Retry-After of what is UNAVAILABLE, in seconds.
const RetryAfter = "1"

// negotiateMediaType returns the media type of a response: of those offered, the one
// with the highest quality in the Accept header, and the first of equals. A client
// that names none of them, or a wildcard, gets plain JSON, which old clients expect.
func negotiateMediaType(accept []string, offered ...string) string {
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

// writeResponse writes a response, with Retry-After where part of it was unavailable:
// the status alone does not tell.
func writeResponse(w http.ResponseWriter, status int, resp *graphql.Response) {
	body := encodeResponse(resp)
	if slices.ContainsFunc(resp.Errors, func(e *gqlerror.Error) bool { return e.Extensions["code"] == fault.Unavailable }) {
		w.Header().Set("Retry-After", RetryAfter)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only where the client has disconnected
}

// encodeResponse omits data where nothing was executed. After execution data is never
// empty: it is null at least.
func encodeResponse(resp *graphql.Response) []byte {
	body, err := json.Marshal(struct {
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{resp.Errors, resp.Data, resp.Extensions})
	if err != nil {
		panic(err) // the server answers a panic with an internal error
	}
	return body
}
