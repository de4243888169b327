package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// upload plans the import of a file, and returns the number of the job.
func (s *serverProcess) upload(name, text string) int {
	s.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	require.NoError(s.t, w.WriteField("operations", `{"query": "mutation($files: [Upload!]!) { planImport(input: { files: $files }) { job { number } } }", "variables": {"files": [null]}}`))
	require.NoError(s.t, w.WriteField("map", `{"0": ["variables.files.0"]}`))
	part, err := w.CreateFormFile("0", name)
	require.NoError(s.t, err)
	_, err = io.WriteString(part, text)
	require.NoError(s.t, err)
	require.NoError(s.t, w.Close())
	r, err := http.Post(s.url+"/graphql", w.FormDataContentType(), &form)
	require.NoError(s.t, err)
	defer r.Body.Close()
	var answer struct {
		Data struct {
			PlanImport struct{ Job struct{ Number int } }
		}
	}
	require.NoError(s.t, json.NewDecoder(r.Body).Decode(&answer))
	require.Positive(s.t, answer.Data.PlanImport.Job.Number)
	return answer.Data.PlanImport.Job.Number
}

// importState returns how far an import has come.
func (s *serverProcess) importState(number int) string {
	s.t.Helper()
	job, _ := s.mustQuery(fmt.Sprintf(`{ importJob(number: %d) { state } }`, number))["importJob"].(map[string]any)
	require.NotNil(s.t, job)
	return job["state"].(string)
}

func (s *serverProcess) awaitImport(number int, states ...string) string {
	s.t.Helper()
	state := ""
	require.Eventually(s.t, func() bool {
		state = s.importState(number)
		for _, want := range states {
			if state == want {
				return true
			}
		}
		return false
	}, patience, 20*time.Millisecond, "it is not %s", states)
	return state
}

// pointsFile is a file with new points.
func pointsFile(rows int) string {
	var text strings.Builder
	text.WriteString("code,name,description\n")
	for i := range rows {
		fmt.Fprintf(&text, "NEW-%06d,新知识点 %d,%s\n", i, i, strings.Repeat("说明", 10))
	}
	return text.String()
}

// An instance is killed while it plans, and another on the same store tells that it is gone.
// It is killed while it applies: all of it is written or nothing, and applying again does the
// rest.
func TestImportsByUploadSurviveKills(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits until the lease of a killed instance is over")
	}
	t.Parallel()
	sh := newSeededShell(t)
	one, other := sh.serve("--store", "sqlite:zhitu.db"), sh.serve("--store", "sqlite:zhitu.db")
	large := one.upload("knowledge_points.csv", pointsFile(150_000))
	require.Equal(t, "RUNNING", one.awaitImport(large, "RUNNING", "PLANNED"), "it was planned before it could be killed")
	require.NoError(t, one.cmd.Process.Kill())
	<-one.done
	other.awaitImport(large, "FAILED")

	const rows = 5000
	small := other.upload("knowledge_points.csv", pointsFile(rows))
	other.awaitImport(small, "PLANNED")
	for attempt := 0; ; attempt++ {
		other.mustQuery(fmt.Sprintf(`mutation { applyPlan(input: { number: %d }) { userErrors { message } } }`, small))
		time.Sleep(time.Duration(300+attempt*150) * time.Millisecond)
		require.NoError(t, other.cmd.Process.Kill())
		<-other.done
		other = sh.serve("--store", "sqlite:zhitu.db")
		count := other.mustQuery(`{ knowledgePoints(first: 1, filter: { text: "新知识点" }) { totalCount } }`)["knowledgePoints"].(map[string]any)["totalCount"]
		require.Contains(t, []any{0.0, float64(rows)}, count)
		state := other.awaitImport(small, "FAILED", "APPLIED")
		t.Log("killed after", 300+attempt*150, "ms:", count, state)
		if state == "APPLIED" || count != 0.0 {
			break
		}
	}
	if other.importState(small) == "FAILED" {
		other.mustQuery(fmt.Sprintf(`mutation { applyPlan(input: { number: %d }) { userErrors { message } } }`, small))
	}
	other.awaitImport(small, "APPLIED")
	sh.mustRun("verify", "--store", "sqlite:zhitu.db")
	other.terminate()
	require.Equal(t, exitOK, other.awaitExit())
}
