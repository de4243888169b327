package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// edit is a mutation with an input that changes something, each time that it is asked.
type edit struct {
	mutation string
	changes  string // the field that is edited, where an edit of another is judged otherwise
	input    string // CODE stands for the subject, N for a new number, F for a new fraction
	// want is the worked outcome; nil is that of the class, and none where there is none.
	want func(v *workedViewer, code string) string
	// lacks means that there is no such record: NOT_FOUND is for who may delete one.
	lacks bool
	// wrong is the code of what is wrong with the input itself: whoever is told that may do it.
	wrong fault.Code
	// prepare makes what the edit takes away; restore brings it back.
	prepare, restore func(t testing.TB, a *api, c *workedCompany, code string)
}

// none is the worked outcome of what no worked case is about.
func none(*workedViewer, string) string { return "" }

func worksAs(op string) func(v *workedViewer, code string) string {
	return func(v *workedViewer, code string) string { return v.edit[op][code] }
}

// administers is the worked outcome of an edit of class ADMINISTER.
func administers(v *workedViewer, _ string) string { return v.fields["ADMINISTER"].(string) }

// ofKnown is the worked outcome of an edit that creates who is unknown, which no worked case
// is about.
func ofKnown(want func(*workedViewer, string) string) func(*workedViewer, string) string {
	return func(v *workedViewer, code string) string {
		if outcome := want(v, code); outcome != "not_found" {
			return outcome
		}
		return ""
	}
}

// edits has each mutation of the schema, but those about evidence that are judged piece by
// piece.
var edits = []edit{
	{mutation: "upsertCompetency", input: `code: "X-N", name: "N"`},
	{mutation: "deleteCompetency", input: `code: "NONE"`, lacks: true},
	{mutation: "upsertKnowledgePoint", input: `code: "A", minutes: N`},
	{mutation: "deleteKnowledgePoint", input: `code: "NONE"`, lacks: true},
	{mutation: "addPrerequisite", input: `prerequisite: "A", dependent: "B", reason: "N"`},
	{mutation: "removePrerequisite", input: `prerequisite: "NONE", dependent: "B"`, lacks: true},
	{mutation: "addRelated", input: `a: "A", b: "X-N"`, lacks: true},
	{mutation: "removeRelated", input: `a: "A", b: "NONE"`, lacks: true},
	{mutation: "upsertResource", input: `code: "R", minutes: N`},
	{mutation: "deleteResource", input: `code: "NONE"`, lacks: true},
	{mutation: "upsertPosition", input: `code: "P", grade: "N"`},
	{mutation: "setRequirements", input: `position: "Q", requirements: [{ target: "A", weight: N }]`},
	{mutation: "deletePosition", input: `code: "NONE"`, lacks: true},
	{mutation: "upsertOrgUnit", input: `code: "D3", name: "N"`, want: none},
	{mutation: "deleteOrgUnit", input: `code: "NONE"`, want: none},
	{mutation: "upsertEmployee", changes: "name", input: `code: "CODE", name: "N"`, want: ofKnown(worksAs("name")), restore: deleteNobody},
	{mutation: "upsertEmployee", changes: "targets", input: `code: "CODE", targets: ["T-N"]`, want: ofKnown(worksAs("targets")), prepare: addPosition, restore: deleteNobody},
	{mutation: "assignPosition", changes: "position", input: `employee: "CODE", position: "T-N"`, want: worksAs("name"), prepare: addPosition},
	{mutation: "assignPosition", changes: "targets", input: `employee: "CODE", targets: ["T-N"]`, want: worksAs("targets"), prepare: addPosition},
	{mutation: "setMastery", input: `employee: "CODE", knowledgePoint: "E", mastery: F`},
	{mutation: "deleteMastery", input: `employee: "CODE", knowledgePoint: "G"`, prepare: enterMastery},
	{mutation: "answerPlacement", input: `id: "answer-N", employee: "CODE", position: "P", knowledgePoint: "D", correct: true`},
	{mutation: "retrySetAside", input: `ids: ["unknown"]`, lacks: true},
	{mutation: "discardSetAside", input: `ids: ["unknown"]`, lacks: true},
	// Viewers here have no account that is kept: what is one's own lacks.
	{mutation: "inviteAccount", input: `login: "a-N"`},
	{mutation: "reinviteAccount", input: `account: "NONE"`, lacks: true},
	{mutation: "grantRole", input: `account: "NONE", role: HR`, lacks: true},
	{mutation: "revokeRole", input: `account: "NONE", role: HR`, lacks: true},
	{mutation: "disableAccount", input: `account: "NONE"`, lacks: true},
	{mutation: "enableAccount", input: `account: "NONE"`, lacks: true},
	{mutation: "linkAccount", input: `account: "NONE", employee: "E1"`, lacks: true},
	{mutation: "joinIdentity", input: `account: "NONE", subject: "s"`, lacks: true},
	{mutation: "createServiceAccount", input: `name: "s-N"`},
	{mutation: "createToken", changes: "own", input: `name: "t", scopes: [CATALOG_READ], expiresAt: "2026-12-20"`, lacks: true},
	{mutation: "createToken", changes: "service", input: `account: "NONE", name: "t", scopes: [CATALOG_READ], expiresAt: "2026-12-20"`, lacks: true, want: administers},
	{mutation: "revokeToken", input: `id: "NONE"`, lacks: true},
	{mutation: "signOutSession", input: `id: "NONE"`, lacks: true},
	{mutation: "signOutEverywhere", lacks: true},
	{mutation: "changePassword", input: `current: "x", password: "four unrelated words"`, lacks: true},
	{mutation: "approve", input: `id: "NONE"`, lacks: true, want: func(v *workedViewer, _ string) string { return v.fields["APPROVE"].(string) }},
	{mutation: "refuse", input: `id: "NONE"`, lacks: true, want: func(v *workedViewer, _ string) string {
		if v.fields["ADMINISTER"] == "allow" { // who proposed it drops it too
			return "allow"
		}
		return v.fields["APPROVE"].(string)
	}},
	{mutation: "recordReadiness"},
	{mutation: "planImport", input: `files: []`, wrong: fault.InvalidArgument},
	{mutation: "applyPlan", input: `number: 99`, lacks: true},
	{mutation: "cancelImport", input: `number: 99`, lacks: true},
	{mutation: "objectToState", input: `knowledgePoint: "NONE", reason: "N"`, lacks: true},
	{mutation: "withdrawObjection", input: `id: "NONE"`, lacks: true},
	{mutation: "answerObjection", input: `employee: "CODE", id: "NONE", answer: "N"`, want: func(v *workedViewer, code string) string {
		if outcome := v.edit["name"][code]; outcome != "allow" {
			return outcome
		}
		return "not_found" // there is no such objection
	}},
	{mutation: "eraseEmployee", input: `employee: "CODE"`, want: func(v *workedViewer, code string) string { // it waits for the second yes
		switch outcome := v.fields["ERASE"].(string); {
		case outcome != "allow":
			return outcome
		case code == v.Self():
			return "denied"
		case code == nobodyCode:
			return "not_found"
		}
		return "allow"
	}},
	// Deletion clears the manager of everyone who reports to the person.
	{mutation: "deleteEmployee", input: `code: "CODE"`, want: func(v *workedViewer, code string) string { return v.clear[code] }, restore: restorePeople},
}

// number is drawn by edits, so that each changes something.
var number = 1

func addPosition(t testing.TB, a *api, _ *workedCompany, _ string) {
	var cs competency.ChangeSet
	cs.Put.Positions = []competency.Position{{Code: "T-" + strconv.Itoa(number), Name: "T"}}
	servicetest.Import(t, a.service, cs)
}

func enterMastery(t testing.TB, a *api, c *workedCompany, code string) {
	if slices.Contains(c.codes, code) {
		_, err := a.service.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: code, KnowledgePoint: "G", Mastery: 0.5})
		require.NoError(t, err)
	}
}

// deleteNobody deletes an employee who was created.
func deleteNobody(t testing.TB, a *api, _ *workedCompany, code string) {
	if code == nobodyCode {
		_, err := a.service.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: code})
		require.NoError(t, err)
	}
}

func restorePeople(t testing.TB, a *api, c *workedCompany, _ string) {
	var cs competency.ChangeSet
	cs.Put.People = c.people
	servicetest.Import(t, a.service, cs)
}

// Every edit is answered to every viewer about every kind of person as its class says.
// testdata/access-edits.txt has it as people read it.
func TestEveryEditIsJudgedAsItsClassSays(t *testing.T) {
	s, c, classes := schema(), readWorkedCompany(t, "company-1"), fieldClasses(t)
	a := newWorkedAPI(t, c)
	var golden strings.Builder
	golden.WriteString("What viewers of company-1 are answered to edits, by whom they are about.\n")
	asked := map[string]bool{"recordEvidence": true, "retractEvidence": true}
	for _, v := range c.viewers {
		as := &api{Handler: actAs(a, v.Viewer), handler: a.handler}
		fmt.Fprintf(&golden, "\n%s\n", v.name)
		for _, e := range edits {
			asked[e.mutation] = true
			class := classes["Mutation."+e.mutation]
			subjects := v.subjects
			if !strings.Contains(e.input, "CODE") {
				subjects = []subject{{"", nobodyCode}}
			}
			fmt.Fprintf(&golden, "  %-31s", e.mutation+" "+e.changes)
			for _, who := range subjects {
				number++
				if e.prepare != nil {
					e.prepare(t, a, c, who.code)
				}
				got := e.outcome(t, as, who.code)
				if e.restore != nil && got == "allow" {
					e.restore(t, a, c, who.code)
				}
				want := got
				switch {
				case e.want == nil:
					want = v.expect(t, class, who.code)
				case e.want(v, who.code) != "":
					want = e.want(v, who.code)
				}
				if got != want {
					t.Errorf("%s: %s %s of %s %s: %s, not %s", v.name, e.mutation, e.input, who.relation, who.code, got, want)
				}
				fmt.Fprintf(&golden, " %s", strings.TrimPrefix(who.relation+"="+got, "="))
			}
			golden.WriteString("\n")
		}
		for _, line := range judgeEvidence(t, a, as, v) {
			fmt.Fprintf(&golden, "  %s\n", line)
		}
	}
	for _, f := range s.Mutation.Fields {
		require.True(t, asked[f.Name], "%s is asked by no test", f.Name)
	}
	const file = "testdata/access-edits.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(golden.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), golden.String())
}

// outcome makes an edit, and returns what became of it.
func (e edit) outcome(t testing.TB, as *api, code string) string {
	n := strconv.Itoa(number)
	input := strings.NewReplacer("CODE", code, "-N", "-"+n, `"N"`, quote(n), ": N", ": "+n, ": F", fmt.Sprintf(": %v", float64(number)/1e6)).Replace(e.input)
	if input != "" {
		input = "(input: { " + input + " })"
	}
	r := as.execute(t, fmt.Sprintf(`mutation { %s%s { %s } }`, e.mutation, input, payloadFields(e.mutation)), nil)
	if outcome, _ := outcomeOf(t, r, nil, e.mutation); outcome != "allow" {
		return outcome
	}
	for _, wrong := range userErrors(t, r, e.mutation) {
		switch {
		case wrong.Code == fault.NotFound && e.lacks, wrong.Code == e.wrong:
		case wrong.Code == fault.NotFound:
			return "not_found"
		case wrong.Code == fault.PermissionDenied:
			return "denied"
		default:
			return fmt.Sprintf("%s %s", wrong.Code, wrong.Message)
		}
	}
	return "allow"
}

// payloadFields selects everything that a mutation answers.
func payloadFields(mutation string) string {
	s := schema()
	var fields []string
	for _, f := range s.Types[s.Mutation.Fields.ForName(mutation).Type.Name()].Fields {
		switch {
		case f.Name == "userErrors":
			fields = append(fields, "userErrors { field message code }")
		case s.Types[f.Type.Name()].IsCompositeType():
			fields = append(fields, f.Name+" { __typename }")
		default:
			fields = append(fields, f.Name)
		}
	}
	return strings.Join(fields, " ")
}

type userError struct {
	Field   *string
	Message string
	Code    fault.Code
}

func userErrors(t testing.TB, r response, mutation string) []userError {
	var data map[string]struct{ UserErrors []userError }
	require.NoError(t, json.Unmarshal(r.Data, &data), r.body)
	return data[mutation].UserErrors
}

// judgeEvidence records and retracts a piece of each kind about each subject, in batches
// about all of them.
func judgeEvidence(t testing.TB, a, as *api, v *workedViewer) (lines []string) {
	kinds := slices.Sorted(mapKeys(v.record))
	var pieces, ids []string
	var stored []service.EvidenceInput
	type piece struct {
		kind string
		subject
	}
	var recorded, retracted []piece
	for _, kind := range kinds {
		for _, who := range v.subjects {
			number++
			pieces = append(pieces, fmt.Sprintf(`{ id: "new-%d", employee: %q, knowledgePoints: ["A"], kind: %s, score: 1 }`, number, who.code, kind))
			recorded = append(recorded, piece{kind, who})
			if v.retract[kind] == nil || who.code == nobodyCode {
				continue
			}
			e := servicetest.Exam("old-"+strconv.Itoa(number), who.code, "A", 1)
			e.Kind = competency.EvidenceKind(kind)
			stored = append(stored, e)
			ids = append(ids, quote(e.ID))
			retracted = append(retracted, piece{kind, who})
		}
	}
	require.Empty(t, servicetest.Record(t, a.service, stored...).UserErrors)
	line := map[string][]string{}
	judge := func(mutation, input string, of []piece, want func(piece) string) {
		r := as.execute(t, fmt.Sprintf(`mutation { %s(input: { %s }) { %s } }`, mutation, input, payloadFields(mutation)), nil)
		whole := ""
		if outcome, _ := outcomeOf(t, r, nil, mutation); outcome != "allow" {
			whole = outcome
		}
		got := make([]string, len(of))
		for i := range got {
			got[i] = "allow"
			if whole != "" {
				got[i] = whole
			}
		}
		if whole == "" {
			for i, wrong := range userErrors(t, r, mutation) {
				require.NotNil(t, wrong.Field, r.body)
				if parts := strings.Split(*wrong.Field, "."); len(parts) > 1 {
					var err error
					i, err = strconv.Atoi(parts[1])
					require.NoError(t, err)
				}
				got[i] = map[fault.Code]string{fault.NotFound: "not_found", fault.PermissionDenied: "denied"}[wrong.Code]
				require.NotEmpty(t, got[i], r.body)
			}
		}
		for i, p := range of {
			if got[i] != want(p) {
				t.Errorf("%s: %s %s of %s %s: %s, not %s", v.name, mutation, p.kind, p.relation, p.code, got[i], want(p))
			}
			line[mutation+" "+p.kind] = append(line[mutation+" "+p.kind], p.relation+"="+got[i])
		}
	}
	judge("recordEvidence", "evidence: ["+strings.Join(pieces, ", ")+"]", recorded, func(p piece) string { return v.record[p.kind][p.code] })
	judge("retractEvidence", "ids: ["+strings.Join(ids, ", ")+"]", retracted, func(p piece) string { return v.retract[p.kind][p.code]["other"] })
	for _, what := range slices.Sorted(mapKeys(line)) {
		lines = append(lines, fmt.Sprintf("%-31s %s", what, strings.Join(line[what], " ")))
	}
	return lines
}
