package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
)

// uploads are the files of a multipart request, by the GraphQL multipart request specification
// (https://github.com/jaydenseric/graphql-multipart-request-spec).
//
// A page of another site can send such a request without asking first (CORS). What refuses it
// are the checks in front of this transport: of the origin, and of the cookie.
type uploads struct {
	maxBytes int
	files    []*importing.Upload
}

// The bounds of a multipart request besides those of its files.
const (
	multipartForm  = "multipart/form-data"
	maxMap         = 64 << 10        // bytes of the part map
	uploadDeadline = 5 * time.Minute // to send the files
	maxDrained     = 64 << 20        // bytes that are read of what is refused, so that the client reads the answer
)

// uploadMutation is the one operation that takes files.
const uploadMutation = "planImport"

// release deletes the files that no job has taken.
func (u *uploads) release() {
	for _, f := range u.files {
		f.Release()
	}
}

// read decodes a request: the operations into params, and each file into a temporary file that
// stands in its variables. Whoever may not import at all sends nothing.
func (u *uploads) read(w http.ResponseWriter, r *http.Request, boundary string, params *graphql.RawParams) (int, *gqlerror.Error) {
	if err := access.Check(r.Context(), access.Import); err != nil {
		drain(w, r)
		return http.StatusForbidden, gqlerror.Wrap(err)
	}
	if r.ContentLength > u.limit() {
		drain(w, r)
		return u.tooLarge()
	}
	control := http.NewResponseController(w) // the deadlines of the server are for small requests
	_ = control.SetReadDeadline(time.Now().Add(uploadDeadline))
	_ = control.SetWriteDeadline(time.Now().Add(2 * uploadDeadline))
	body := &limitedReader{from: r.Body, left: u.limit()}
	status, err := u.readParts(multipart.NewReader(body, boundary), params)
	size := 0
	for _, f := range u.files {
		size += f.Size
	}
	if body.left < 0 || size > u.maxBytes {
		status, err = u.tooLarge()
	}
	if err != nil {
		drain(w, r)
	}
	return status, err
}

// limit is how many bytes a request may have, with room for the parts that are no files.
func (u *uploads) limit() int64 { return int64(u.maxBytes) + maxBody + maxMap }

func (u *uploads) tooLarge() (int, *gqlerror.Error) {
	return http.StatusRequestEntityTooLarge, newError(fault.LimitExceeded,
		"the files are larger than %d MB in all: divide them, or let whoever runs the server raise import-size",
		"文件总大小超过 %d MB：请拆分文件，或由服务管理员调高 import-size", u.maxBytes>>20)
}

// limitedReader fails where more is read than is left: io.LimitReader would end the file.
type limitedReader struct {
	from io.Reader
	left int64
}

var errTooMuch = errors.New("the request is too large")

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooMuch
	}
	return n, err
}

// drain reads on for a moment: a client that still sends would not read the answer.
func drain(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.CopyN(io.Discard, r.Body, maxDrained)
}

// readParts reads the operations, the map and the files, in this order.
func (u *uploads) readParts(parts *multipart.Reader, params *graphql.RawParams) (int, *gqlerror.Error) {
	operations, err := readPart(parts, "operations", maxBody)
	if err != nil {
		return malformedUpload(err)
	}
	if err := decodeJSON(bytes.NewReader(operations), params); err != nil || params.Query == "" {
		return http.StatusBadRequest, malformedRequest()
	}
	text, err := readPart(parts, "map", maxMap)
	if err != nil {
		return malformedUpload(err)
	}
	places := map[string][]string{}
	if err := json.Unmarshal(text, &places); err != nil || len(places) == 0 {
		return malformedUpload(errors.Join(err, errors.New("no map")))
	}
	if len(places) > importing.MaxFiles {
		return http.StatusRequestEntityTooLarge, gqlerror.Wrap(importing.TooManyFiles())
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return malformedUpload(err)
		}
		key := part.FormName()
		paths, known := places[key]
		if delete(places, key); !known || len(paths) != 1 || part.FileName() == "" {
			return malformedUpload(errors.New("a file that the map does not name once"))
		}
		file, err := importing.Spool(part.FileName(), part)
		if err != nil {
			return failedUpload(err)
		}
		u.files = append(u.files, file)
		if !setVariable(params.Variables, paths[0], file) {
			return http.StatusBadRequest, newError(fault.InvalidArgument,
				"the map gives %s, where no variable has null for a file", "map 中的 %s 处没有值为 null 的变量可放置文件", competency.Quote(paths[0]))
		}
	}
	if len(places) > 0 {
		return malformedUpload(errors.New("a file of the map is missing"))
	}
	return 0, nil
}

// readPart reads a part that is no file.
func readPart(parts *multipart.Reader, name string, most int64) ([]byte, error) {
	part, err := parts.NextPart()
	if err != nil {
		return nil, err
	}
	if part.FormName() != name {
		return nil, errors.New("the parts are in another order")
	}
	text, err := io.ReadAll(io.LimitReader(part, most+1))
	if int64(len(text)) > most {
		err = errTooMuch
	}
	return text, err
}

func malformedUpload(error) (int, *gqlerror.Error) {
	return http.StatusBadRequest, newError(fault.InvalidArgument,
		"a multipart request has the part operations, then map, such as {\"0\": [\"variables.input.files.0\"]}, then a file for each key of the map",
		"multipart 请求须依次包含 operations、map（如 {\"0\": [\"variables.input.files.0\"]}）以及 map 中每个键对应的文件")
}

// failedUpload tells a request that broke off from a temporary file that could not be written.
func failedUpload(err error) (int, *gqlerror.Error) {
	if fault.CodeOf(err) == fault.Unavailable {
		return http.StatusServiceUnavailable, gqlerror.Wrap(err)
	}
	return malformedUpload(err)
}

// setVariable puts a file to its place in the variables, where there must be null.
func setVariable(variables map[string]any, path string, file *importing.Upload) bool {
	steps := strings.Split(path, ".")
	if len(steps) < 2 || steps[0] != "variables" {
		return false
	}
	var at any = variables
	for i, step := range steps[1:] {
		last := i == len(steps)-2
		switch parent := at.(type) {
		case map[string]any:
			value, known := parent[step]
			if last && known && value == nil {
				parent[step] = file
				return true
			}
			at = value
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index < 0 || index >= len(parent) {
				return false
			}
			if last && parent[index] == nil {
				parent[index] = file
				return true
			}
			at = parent[index]
		default:
			return false
		}
	}
	return false
}

// checkOperation refuses files for any operation but the one that takes them: everything else
// is asked in JSON.
func (u *uploads) checkOperation(op Operation) error {
	if op.Kind != "mutation" || !slices.Equal(op.Roots, []string{uploadMutation}) {
		return fault.New(fault.InvalidArgument, "a multipart request is for the mutation %s alone: send this as application/json", "multipart 请求仅用于 mutation %s：其他请求请使用 application/json", uploadMutation)
	}
	return nil
}
