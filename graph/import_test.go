package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// uploadFile is a file of a multipart request.
type uploadFile struct{ name, text string }

const planMutation = `mutation Plan($input: PlanImportInput!) { planImport(input: $input) { job { number state } userErrors { field message code } } }`

// uploadBody writes a multipart request of parts in the order of the specification.
func uploadBody(t testing.TB, operations, places string, files ...uploadFile) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for _, part := range [][2]string{{"operations", operations}, {"map", places}} {
		if part[1] != "" {
			require.NoError(t, w.WriteField(part[0], part[1]))
		}
	}
	for i, f := range files {
		part, err := w.CreateFormFile(fmt.Sprint(i), f.name)
		require.NoError(t, err)
		_, err = io.WriteString(part, f.text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return body, w.FormDataContentType()
}

// planBody is the request that plans the import of files.
func planBody(t testing.TB, options string, files ...uploadFile) (*bytes.Buffer, string) {
	nulls, places := []string{}, map[string][]string{}
	for i := range files {
		nulls = append(nulls, "null")
		places[fmt.Sprint(i)] = []string{fmt.Sprintf("variables.input.files.%d", i)}
	}
	query, err := json.Marshal(planMutation)
	require.NoError(t, err)
	text, err := json.Marshal(places)
	require.NoError(t, err)
	return uploadBody(t, fmt.Sprintf(`{"query": %s, "variables": {"input": {"files": [%s]%s}}}`, query, strings.Join(nulls, ","), options), string(text), files...)
}

// send posts a body over HTTP as a viewer.
func send(t testing.TB, a *api, v *access.Viewer, body io.Reader, contentType string) (int, response) {
	t.Helper()
	server := httptest.NewServer(actAs(a, v))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", contentType)
	answer, err := server.Client().Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, parseResponse(t, string(text))
}

// upload plans the import of files as a viewer, and returns what the mutation answers.
func upload(t testing.TB, a *api, v *access.Viewer, options string, files ...uploadFile) jobAnswer {
	t.Helper()
	body, contentType := planBody(t, options, files...)
	status, r := send(t, a, v, body, contentType)
	require.Equal(t, http.StatusOK, status, r.body)
	require.Empty(t, r.Errors, r.body)
	var data struct{ PlanImport jobAnswer }
	require.NoError(t, json.Unmarshal(r.Data, &data))
	return data.PlanImport
}

type jobAnswer struct {
	Job        *jobNumber
	UserErrors []userError
}

type jobNumber struct {
	Number int
	State  string
}

// importJob is what tests ask of a job.
type importJob struct {
	Number   int
	State    string
	Failure  *struct{ Code fault.Code }
	Files    []struct{ Name string }
	Problems problemPage
	Notices  problemPage
	Tables   []struct {
		Table                            string
		Given, Created, Changed, Deleted int
	}
	Changes           changePage
	Moved             []struct{ Table, Key string }
	Revision          *int
	PlanPath          *string
	NeedsConfirmation bool
}

type problemPage struct {
	TotalCount int
	Nodes      []struct{ Place, Message string }
}

type changePage struct {
	TotalCount int
	PageInfo   struct {
		HasNextPage bool
		EndCursor   *string
	}
	Nodes []struct {
		Table, Kind, Key string
		Fields           []struct {
			Field         string
			Before, After *string
		}
	}
}

const jobFields = `number state failure { code } files { name } problems { totalCount nodes { place message } } notices { totalCount nodes { place message } }
	tables { table given created changed deleted } changes(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes { table kind key fields: fieldChanges { field before after } } }
	moved { table key } revision planPath needsConfirmation`

// readJob asks for a job as a viewer; nil where there is none.
func readJob(t testing.TB, a *api, v *access.Viewer, number int) *importJob {
	t.Helper()
	as := &api{Handler: actAs(a, v), handler: a.handler}
	r := as.execute(t, fmt.Sprintf(`{ importJob(number: %d) { %s } }`, number, jobFields), nil)
	var data struct{ ImportJob *importJob }
	require.NoError(t, json.Unmarshal(r.Data, &data), r.body)
	return data.ImportJob
}

// awaitJob waits until nobody works on a job.
func awaitJob(t testing.TB, a *api, v *access.Viewer, number int) *importJob {
	t.Helper()
	var job *importJob
	require.Eventually(t, func() bool {
		job = readJob(t, a, v, number)
		return job != nil && job.State != "WAITING" && job.State != "RUNNING" && job.State != "APPLYING"
	}, time.Minute, 5*time.Millisecond)
	return job
}

// mutateJob sends a mutation of an import.
func mutateJob(t testing.TB, a *api, v *access.Viewer, mutation, input string) jobAnswer {
	t.Helper()
	as := &api{Handler: actAs(a, v), handler: a.handler}
	r := as.execute(t, fmt.Sprintf(`mutation { %s(input: { %s }) { job { number state } userErrors { field message code } } }`, mutation, input), nil)
	require.Empty(t, r.Errors, r.body)
	var data map[string]jobAnswer
	require.NoError(t, json.Unmarshal(r.Data, &data))
	return data[mutation]
}

// expert is an account that may edit the catalog, and another one.
var (
	expert  = access.Account(access.Identity{Account: "expert", Name: "expert"}, access.Person{}, []access.Grant{{Role: access.Expert}})
	another = access.Account(access.Identity{Account: "another", Name: "another"}, access.Person{}, []access.Grant{{Role: access.Expert}})
	nobody  = access.Account(access.Identity{Account: "nobody", Name: "nobody"}, access.Person{}, []access.Grant{{Role: access.Admin}})
)

var pointFiles = []uploadFile{
	{"knowledge_points.csv", "code,name,minutes\nA,甲,50\nN,新,10\n"},
	{"prerequisites.csv", "prerequisite,dependent\nA,N\n"},
}

func TestUpload(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	made := upload(t, a, expert, "", pointFiles...)
	require.Empty(t, made.UserErrors)
	require.Equal(t, 1, made.Job.Number)
	job := awaitJob(t, a, expert, 1)
	require.Equal(t, "PLANNED", job.State, job)
	require.Zero(t, job.Problems.TotalCount)
	require.Equal(t, 3, job.Changes.TotalCount)
	require.True(t, job.Changes.PageInfo.HasNextPage)
	require.Equal(t, "A", job.Changes.Nodes[0].Key)
	require.Equal(t, "CHANGE", job.Changes.Nodes[0].Kind)
	var minutes []string
	for _, f := range job.Changes.Nodes[0].Fields {
		if f.Field == "minutes" {
			minutes = []string{*f.Before, *f.After}
		}
	}
	require.Equal(t, []string{"45", "50"}, minutes)
	require.Equal(t, "/imports/1/plan.json", *job.PlanPath)

	as := &api{Handler: actAs(a, expert), handler: a.handler}
	rest := as.query(t, fmt.Sprintf(`{ importJob(number: 1) { changes(first: 5, after: %q) { totalCount nodes { table key } } } }`, *job.Changes.PageInfo.EndCursor))
	require.Contains(t, rest, `"totalCount":3,"nodes":[{"table":"prerequisites","key":"A → N"}]`)
	ofTable := as.query(t, `{ importJob(number: 1) { changes(table: "prerequisites") { totalCount nodes { key } } } }`)
	require.Contains(t, ofTable, `"totalCount":1,"nodes":[{"key":"A → N"}]`)
	require.Contains(t, as.query(t, `{ importJob(number: 1) { changes(table: "positions") { totalCount nodes { key } } } }`), `"totalCount":0,"nodes":[]`)

	before := servicetest.Revision(t, a.service)
	require.Empty(t, mutateJob(t, a, expert, "applyPlan", "number: 1").UserErrors)
	job = awaitJob(t, a, expert, 1)
	require.Equal(t, "APPLIED", job.State, job)
	require.Equal(t, int(before)+1, *job.Revision)
	require.Equal(t, before+1, servicetest.Revision(t, a.service))
	again := mutateJob(t, a, expert, "applyPlan", "number: 1")
	require.Equal(t, fault.Conflict, again.UserErrors[0].Code)

	upload(t, a, expert, "", pointFiles...)
	job = awaitJob(t, a, expert, 2)
	require.Equal(t, "PLANNED", job.State)
	require.Zero(t, job.Changes.TotalCount, "importing again changes nothing")
	require.Contains(t, as.query(t, `{ importJobs(first: 1) { totalCount nodes { number } pageInfo { hasNextPage } } }`), `"totalCount":2,"nodes":[{"number":2}],"pageInfo":{"hasNextPage":true}`)
}

func TestUploadOfAnotherAccount(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	upload(t, a, expert, "", pointFiles...)
	awaitJob(t, a, expert, 1)
	admin := access.Account(access.Identity{Account: "admin"}, access.Person{Code: "E2"}, []access.Grant{{Role: access.Admin}})
	for _, v := range []*access.Viewer{another, admin, access.System()} {
		require.Nil(t, readJob(t, a, v, 1))
		for _, mutation := range []string{"applyPlan", "cancelImport"} {
			require.Equal(t, fault.NotFound, mutateJob(t, a, v, mutation, "number: 1").UserErrors[0].Code, mutation)
		}
	}
	require.Equal(t, 1, upload(t, a, another, "", pointFiles...).Job.Number, "each account counts for itself")
}

func TestUploadWithProblems(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	upload(t, a, expert, "", uploadFile{`C:\files\prerequisites.csv`, "prerequisite,dependent\nA,NONE\nB,A,more\n"})
	job := awaitJob(t, a, expert, 1)
	require.Equal(t, "REFUSED", job.State)
	require.Equal(t, "prerequisites.csv", job.Files[0].Name)
	require.Equal(t, 2, job.Problems.TotalCount)
	require.Contains(t, job.Problems.Nodes[0].Place, "prerequisites.csv, row 2")
	chinese := execution(t, a, expert, `{ importJob(number: 1) { problems { nodes { place message } } } }`, "Accept-Language", "zh-CN")
	require.Contains(t, chinese, "prerequisites.csv 第 2 行")
	require.Equal(t, fault.Conflict, mutateJob(t, a, expert, "applyPlan", "number: 1").UserErrors[0].Code)
	require.Equal(t, "CANCELLED", mutateJob(t, a, expert, "cancelImport", "number: 1").Job.State)
	require.Zero(t, readJob(t, a, expert, 1).Problems.TotalCount)
}

// execution asks as a viewer with headers, and returns the body.
func execution(t testing.TB, a *api, v *access.Viewer, query string, headers ...string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	actAs(a, v).ServeHTTP(w, newRequest(t.Context(), body, headers...))
	return w.Body.String()
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	a.handler = graph.NewHandler(a.service, graph.Config{Imports: importing.New(a.service, importing.Config{Bytes: 1 << 20})})
	operations := func(query, variables string) string {
		text, err := json.Marshal(query)
		require.NoError(t, err)
		return fmt.Sprintf(`{"query": %s, "variables": %s}`, text, variables)
	}
	good := operations(planMutation, `{"input": {"files": [null]}}`)
	place := `{"0": ["variables.input.files.0"]}`
	file := uploadFile{"related.csv", "a,b\nA,B\n"}
	large := uploadFile{"related.csv", strings.Repeat("x", 3<<20)}
	many := make([]uploadFile, importing.MaxFiles+1)
	for i := range many {
		many[i] = uploadFile{fmt.Sprintf("related%d.csv", i), "a,b\n"}
	}
	for _, c := range []struct {
		name               string
		viewer             *access.Viewer
		operations, places string
		files              []uploadFile
		status             int
		code               fault.Code
		message            string
	}{
		{"too large", expert, good, place, []uploadFile{large}, 413, fault.LimitExceeded, "larger than 1 MB"},
		{"no right", nobody, good, place, []uploadFile{file}, 403, fault.PermissionDenied, "permission"},
		{"no operations", expert, "", place, []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"operations are no JSON", expert, "{", place, []uploadFile{file}, 400, fault.InvalidArgument, "one JSON object"},
		{"a batch", expert, "[" + good + "]", place, []uploadFile{file}, 400, fault.InvalidArgument, "one JSON object"},
		{"no map", expert, good, "", []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"map is no JSON", expert, good, "[1]", []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"map is empty", expert, good, "{}", []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"file not in the map", expert, good, `{"1": ["variables.input.files.0"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"file missing", expert, good, place, nil, 400, fault.InvalidArgument, "operations, then map"},
		{"two places", expert, good, `{"0": ["variables.input.files.0", "variables.input.files.0"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "operations, then map"},
		{"no variable", expert, good, `{"0": ["input.files.0"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"index out of range", expert, good, `{"0": ["variables.input.files.7"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"negative index", expert, good, `{"0": ["variables.input.files.-1"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"no list", expert, good, `{"0": ["variables.input.files.x.y"]}`, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"not null", expert, operations(planMutation, `{"input": {"files": ["x"]}}`), place, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"no variables", expert, operations(planMutation, `null`), place, []uploadFile{file}, 400, fault.InvalidArgument, "no variable has null"},
		{"another mutation", expert, operations(`mutation($input: [Upload!]) { deletePosition(input: { code: "P" }) { deletedCode } }`, `{"input": {"files": [null]}}`), place, []uploadFile{file}, 200, fault.InvalidArgument, ""},
		{"a query", expert, operations(`query($f: [Upload!]) { levels { label } }`, `{"f": [null]}`), `{"0": ["variables.f.0"]}`, []uploadFile{file}, 200, fault.InvalidArgument, ""},
		{"two mutations", expert, operations(planMutation[:len(planMutation)-1]+` deletePosition(input: { code: "P" }) { deletedCode } }`, `{"input": {"files": [null]}}`), place, []uploadFile{file}, 200, fault.InvalidArgument, "planImport alone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, contentType := uploadBody(t, c.operations, c.places, c.files...)
			status, r := send(t, a, c.viewer, body, contentType)
			require.Equal(t, c.status, status, r.body)
			require.Len(t, r.Errors, 1, r.body)
			require.Equal(t, c.code, r.Errors[0].Extensions.Code)
			require.Contains(t, r.Errors[0].Message, c.message)
		})
	}
	t.Run("too many files", func(t *testing.T) {
		body, contentType := planBody(t, "", many...)
		status, r := send(t, a, expert, body, contentType)
		require.Equal(t, 413, status)
		require.Contains(t, r.Errors[0].Message, "at most 20 files")
	})
	t.Run("wrong options", func(t *testing.T) {
		for options, field := range map[string]string{`, "timeZone": "Mars/Base"`: "timeZone", `, "encoding": "klingon"`: "encoding"} {
			require.Equal(t, field, *upload(t, a, expert, options, file).UserErrors[0].Field)
		}
		require.Equal(t, "files.1", *upload(t, a, expert, "", file, file).UserErrors[0].Field)
		require.Equal(t, "files.0", *upload(t, a, expert, "", uploadFile{"..", "x"}).UserErrors[0].Field)
	})
	t.Run("a text in place of a file", func(t *testing.T) {
		as := &api{Handler: actAs(a, expert), handler: a.handler}
		r := as.execute(t, `mutation { planImport(input: { files: ["x"] }) { job { number } } }`, nil)
		require.Len(t, r.Errors, 1)
		require.Equal(t, fault.InvalidArgument, r.Errors[0].Extensions.Code)
	})
	require.Nil(t, readJob(t, a, expert, 1), "nothing of this is a job")
	require.Equal(t, "岗位 P", "岗位 "+servicetest.Must(a.service.Catalog.Position(servicetest.Request(), "P")).Code())
}

func TestPlanThatHasMoved(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	upload(t, a, expert, "", pointFiles...)
	awaitJob(t, a, expert, 1)
	ctx := catalog.BeginRequest(access.WithViewer(t.Context(), access.System()), fault.English)
	in := service.UpsertKnowledgePointInput{}
	in.Code, in.Minutes = "A", new(7)
	_, err := a.service.UpsertKnowledgePoint(ctx, in)
	require.NoError(t, err)
	mutateJob(t, a, expert, "applyPlan", "number: 1")
	job := awaitJob(t, a, expert, 1)
	require.Equal(t, "PLANNED", job.State, job)
	require.Len(t, job.Moved, 1)
	require.Equal(t, "A", job.Moved[0].Key)
	require.Equal(t, 3, job.Changes.TotalCount)
	mutateJob(t, a, expert, "applyPlan", "number: 1")
	job = awaitJob(t, a, expert, 1)
	require.Equal(t, "APPLIED", job.State)
	require.Empty(t, job.Moved)
}

func TestDeletionsAreConfirmed(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	upload(t, a, expert, `, "prune": true`, uploadFile{"resources.csv", "code,title,url,modality\nS,新,https://example.com,VIDEO\n"})
	job := awaitJob(t, a, expert, 1)
	require.Equal(t, "PLANNED", job.State, job)
	require.True(t, job.NeedsConfirmation)
	require.Equal(t, 1, job.Tables[0].Deleted)
	refused := mutateJob(t, a, expert, "applyPlan", "number: 1").UserErrors
	require.Equal(t, "confirmDeletions", *refused[0].Field)
	require.Empty(t, mutateJob(t, a, expert, "applyPlan", "number: 1, confirmDeletions: true").UserErrors)
	require.Equal(t, "APPLIED", awaitJob(t, a, expert, 1).State)
}

func TestTimeLimitOfImports(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	a.handler = graph.NewHandler(a.service, graph.Config{Imports: importing.New(a.service, importing.Config{Timeout: time.Nanosecond})})
	upload(t, a, expert, "", pointFiles...)
	job := awaitJob(t, a, expert, 1)
	require.Equal(t, "FAILED", job.State)
	require.Equal(t, fault.LimitExceeded, job.Failure.Code)
}

// An expert may not import people: that is told as the job's failure, and nothing is written.
func TestUploadOfWhatOneMayNotEdit(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	upload(t, a, expert, "", uploadFile{"org_units.csv", "code,name\nX,新部门\n"})
	job := awaitJob(t, a, expert, 1)
	require.Contains(t, []string{"REFUSED", "FAILED"}, job.State)
	require.Zero(t, job.Changes.TotalCount)
}
