package neo4jstore_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/seed"
)

// guideSection returns the section of docs/neo4j.md below a heading.
func guideSection(t *testing.T, heading string) string {
	t.Helper()
	guide, err := os.ReadFile("../../../docs/neo4j.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(guide), "\n## "+heading+"\n")
	require.True(t, found, "docs/neo4j.md has no section %q", heading)
	text, _, _ := strings.Cut(after, "\n## ")
	return text
}

// importSample returns a server with the sample company, imported at a fixed time.
func importSample(t *testing.T) (uri string, s *neo4jstore.Store) {
	t.Helper()
	uri = blankDatabase(t)
	s = openUnmanaged(t, uri)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	cs := competency.Catalog{}.Resolve(doc.Changes)
	cs.ID, cs.At = "sample", time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	cs.Author, cs.Reason, cs.Draft = "王芳", "开始", "1"
	inverse := competency.Inverse(competency.Catalog{}, cs)
	_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: cs, Inverse: &inverse})
	require.NoError(t, err)
	clock := &servicetest.Clock{}
	clock.Advance(cs.At.Sub(clock.Now()))
	_, err = servicetest.Open(t, s, clock).ImportFiles(servicetest.Request(), service.Files{Changes: doc.Changes, Intake: people.Intake{Evidence: doc.Evidence}}, false)
	require.NoError(t, err)
	// Evidence with every optional field, which changes no mastery.
	state := cs.Put.Mastery[0]
	proof := competency.Evidence{
		ID: "考试-1", Employee: state.Employee, KnowledgePoints: []string{state.KnowledgePoint}, Kind: competency.Exam, Score: 1, Attempts: 2,
		Duration: time.Minute, Item: "题-1", Difficulty: new(0.5), At: cs.At, Source: "考试系统", Retracted: true, Filled: competency.FilledAt, StatementHash: "1f",
	}
	_, err = s.Record(t.Context(), []store.Recording{{Employee: state.Employee, Put: []competency.Evidence{proof}}}, func(store.FoldInput) (store.StateChanges, error) {
		return store.StateChanges{}, nil
	})
	require.NoError(t, err)
	require.NoError(t, s.PutDocuments(t.Context(), []store.Document{{Kind: store.UnmappedKind, ID: "1", At: cs.At, Body: "{}"}}))
	return uri, s
}

var (
	cypherBlock = regexp.MustCompile("(?s)```cypher\n(.*?)\n```\n")
	// A query is followed by a table. Its last row may say how many rows are left out.
	answeredBlock = regexp.MustCompile("(?s)```cypher\n(.*?)\n```\n\n((?:\\|[^\n]*\\|\n)+)")
	moreRows      = regexp.MustCompile(`^… (\d+) more$`)
	quotedName    = regexp.MustCompile("`([^`]+)`")
)

func TestGuideQueriesGiveDocumentedAnswers(t *testing.T) {
	uri, _ := importSample(t)
	driver, err := neo4j.NewDriverWithContext(uri, neo4j.NoAuth())
	require.NoError(t, err)
	defer driver.Close(context.Background())

	text := guideSection(t, "Questions")
	questions := answeredBlock.FindAllStringSubmatch(text, -1)
	require.GreaterOrEqual(t, len(questions), 10)
	require.Len(t, questions, len(cypherBlock.FindAllString(text, -1)), "a question without an answer")
	for _, q := range questions {
		statement, shown := q[1], parseTable(q[2])
		result, err := neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
		require.NoError(t, err, statement)
		for _, n := range result.Summary.Notifications() {
			require.NotEqual(t, string(notifications.WarningLevel), n.SeverityLevel(), "%s\n%s", n.Description(), statement)
		}
		require.NotEmpty(t, result.Records, statement)

		rest := 0
		if last := shown[len(shown)-1]; moreRows.MatchString(last[0]) {
			rest, err = strconv.Atoi(moreRows.FindStringSubmatch(last[0])[1])
			require.NoError(t, err)
			shown = shown[:len(shown)-1]
		}
		answer := [][]string{result.Keys}
		for _, record := range result.Records {
			var row []string
			for _, v := range record.Values {
				row = append(row, formatCell(v))
			}
			answer = append(answer, row)
		}
		require.Equal(t, answer[:min(len(shown), len(answer))], shown, statement)
		require.Len(t, answer, len(shown)+rest, statement)
	}
}

// parseTable returns the rows of a Markdown table, the header first.
func parseTable(text string) (rows [][]string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "|---") {
			continue
		}
		var row []string
		for c := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|") {
			row = append(row, strings.TrimSpace(c))
		}
		rows = append(rows, row)
	}
	return rows
}

// formatCell formats a value as the guide does.
func formatCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = formatCell(item)
		}
		return strings.Join(items, ", ")
	case time.Time:
		return v.Format(time.RFC3339)
	case neo4j.Node:
		return formatCell(v.Props["code"])
	case neo4j.Relationship:
		return v.Type
	default:
		return fmt.Sprint(v)
	}
}

func TestGuideModelMatchesStoredData(t *testing.T) {
	uri, s := importSample(t)
	large := positionRecord("large", "n") // whose publication is kept in parts
	large.Positions[0].Description = strings.Repeat("说明", 100_000)
	applyRecords(t, s, large)
	applyRecords(t, s, competency.Records{Catalog: competency.Catalog{Scale: competency.DefaultScale}})
	for _, code := range []string{"gone", "erased"} {
		large.Employees = append(large.Employees, employeeRecord(code, "n").Employees...)
		applyRecords(t, s, employeeRecord(code, "n"))
	}
	_, err := s.Apply(t.Context(), revisionOf(t, s), store.Change{ChangeSet: competency.ChangeSet{Delete: large}})
	require.NoError(t, err)
	require.NoError(t, s.ForgetMoved(t.Context(), "erased"))
	recordAndAudit(t, s)

	tables := regexp.MustCompile(`(?:\|[^\n]*\|\n)+`).FindAllString(guideSection(t, "The model"), -1)
	require.Len(t, tables, 2)

	documented, stored := map[string][]string{}, map[string][]string{}
	for _, row := range parseTable(tables[0])[1:] {
		documented[strings.Join(quotedNames(row[0]), " ")] = quotedNames(row[1])
	}
	for _, r := range runCypher(t, uri, "MATCH (n) UNWIND keys(n) AS property WITH n, property ORDER BY property RETURN labels(n), collect(DISTINCT property)") {
		stored[strings.Join(sortedTexts(r.Values[0]), " ")] = sortedTexts(r.Values[1])
	}
	require.Equal(t, stored, documented, "nodes")

	documented, stored = map[string][]string{}, map[string][]string{}
	for _, row := range parseTable(tables[1])[1:] {
		kind := quotedNames(row[0])[0]
		from, to, _ := strings.Cut(row[1], "→")
		for _, a := range quotedNames(from) {
			for _, b := range quotedNames(to) {
				documented[a+" "+kind+" "+b] = quotedNames(row[2])
			}
		}
	}
	// The union over all relationships of a kind, because one may lack a property.
	for _, r := range runCypher(t, uri, `
		MATCH ()-[r]->()
		UNWIND CASE size(keys(r)) WHEN 0 THEN [null] ELSE keys(r) END AS property
		WITH type(r) AS kind, property ORDER BY property
		WITH kind, collect(DISTINCT property) AS properties
		MATCH (a)-[r]->(b) WHERE type(r) = kind
		RETURN DISTINCT head([l IN labels(a) WHERE l <> 'Learnable']), kind, head([l IN labels(b) WHERE l <> 'Learnable']), properties`) {
		stored[fmt.Sprint(r.Values[0], " ", r.Values[1], " ", r.Values[2])] = sortedTexts(r.Values[3])
	}
	require.Equal(t, stored, documented, "relationships")
}

// recordAndAudit leaves what accounts do: evidence that one has recorded, what stays of some
// that was dropped, and a chain of the audit of which retention has dropped some.
func recordAndAudit(t *testing.T, s store.Store) {
	t.Helper()
	page, err := s.Employees(t.Context(), store.EmployeeQuery{First: 1})
	require.NoError(t, err)
	employee := page.Profiles[0].Employee.Code
	_, err = s.Record(t.Context(), []store.Recording{{Employee: employee, Put: []competency.Evidence{
		{ID: "recorded", Employee: employee, KnowledgePoints: []string{"K-SQL-JOIN"}, Kind: competency.Exam, Score: 1, At: noon, RecordedBy: "account"},
		{ID: "dropped", Employee: employee, StatementHash: "hash", Retracted: true, Dropped: true},
	}}}, func(store.FoldInput) (store.StateChanges, error) { return store.StateChanges{Checkpoint: "{}"}, nil })
	require.NoError(t, err)
	var entries []store.JournalEntry
	for number := range int64(2) {
		entries = append(entries, store.JournalEntry{
			Chain: "c", Number: number + 1, At: noon, Account: "account", Action: "LEARNER", Outcome: "DONE", Subjects: []string{"subject"}, Body: "{}", MAC: "mac",
		})
	}
	require.NoError(t, s.AppendJournal(t.Context(), "c", entries, "seal"))
	require.NoError(t, s.DropJournal(t.Context(), "c", store.JournalMark{Number: 1, MAC: "mac", Seal: "seal"}))
}

// quotedNames returns the quoted names in a cell, sorted. Their meaning is outside of the
// quotes.
func quotedNames(cell string) (list []string) {
	for _, match := range quotedName.FindAllStringSubmatch(cell, -1) {
		list = append(list, match[1])
	}
	slices.Sort(list)
	return list
}

func sortedTexts(v any) (list []string) {
	for _, item := range v.([]any) {
		list = append(list, item.(string))
	}
	slices.Sort(list)
	return list
}

func TestGuideEditsBecomeRevisions(t *testing.T) {
	uri, s := importSample(t)
	edits := cypherBlock.FindAllStringSubmatch(guideSection(t, "Editing by hand"), -1)
	require.NotEmpty(t, edits)
	for _, edit := range edits {
		before, err := s.Revision(t.Context())
		require.NoError(t, err)
		runCypher(t, uri, edit[1])
		after, err := s.Revision(t.Context())
		require.NoError(t, err)
		require.Equal(t, before+1, after, edit[1])
		c, _, err := s.Load(t.Context())
		require.NoError(t, err)
		require.Empty(t, competency.Catalog{}.Check(competency.ChangeSet{Put: competency.Records{Catalog: c}}), edit[1])
	}
}
