package graph_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// worked is the folder of worked cases: companies, viewers, and what each may do.
const worked = "../internal/access/testdata"

// nobodyCode is a code that no employee has.
const nobodyCode = "E999"

// workedCompany is a firm of the worked cases, with its viewers.
type workedCompany struct {
	people  competency.People
	codes   []string
	persons map[string]access.Person
	viewers []*workedViewer
}

// workedViewer is a viewer, with what it may do.
type workedViewer struct {
	*access.Viewer
	name     string
	employee string // whom the account belongs to, empty for none
	subjects []subject
	fields   map[string]any // class → outcome, or person → outcome
	list     []string       // whom employees lists
	listed   bool           // whether it may ask
	record   map[string]map[string]string
	retract  map[string]map[string]map[string]string
	edit     map[string]map[string]string
	clear    map[string]string // the outcome of clearing somebody's manager
	anyGroup string            // the outcome of an aggregate without a group
	asked    string            // the outcome of one about askedUnit
	named    string            // the outcome of what names the people of askedUnit
}

// subject is a person whom a viewer is asked about.
type subject struct{ relation, code string }

func readRows(t testing.TB, path string) (rows []map[string]string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	for _, cells := range table[1:] {
		row := map[string]string{}
		for i, name := range table[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func readWorkedCompany(t testing.TB, name string) *workedCompany {
	t.Helper()
	folder := filepath.Join(worked, name)
	c := &workedCompany{persons: map[string]access.Person{}}
	parent, manager, unit := map[string]string{}, map[string]string{}, map[string]string{}
	for _, r := range readRows(t, filepath.Join(folder, "org_units.csv")) {
		parent[r["code"]] = r["parent"]
		c.people.OrgUnits = append(c.people.OrgUnits, competency.OrgUnit{Code: r["code"], Name: r["name"], Parent: r["parent"]})
	}
	for _, r := range readRows(t, filepath.Join(folder, "employees.csv")) {
		c.codes = append(c.codes, r["code"])
		manager[r["code"]], unit[r["code"]] = r["manager"], r["org_unit"]
		c.people.Employees = append(c.people.Employees, competency.Employee{
			Code: r["code"], Name: r["name"], OrgUnit: r["org_unit"], Position: "P", Targets: []string{"Q"}, Modalities: []competency.Modality{competency.Video}, Manager: r["manager"],
		})
	}
	for _, code := range c.codes {
		p := access.Person{Code: code, Units: chain(unit[code], parent)}
		p.Managers = chain(manager[code], manager)
		for _, other := range c.codes {
			if manager[other] == code {
				p.ReportUnits = append(p.ReportUnits, chain(unit[other], parent)...)
			}
		}
		c.persons[code] = p
	}
	c.readViewers(t, folder)
	return c
}

// chain returns a code and all above it, nearest first.
func chain(code string, above map[string]string) (codes []string) {
	for ; code != "" && !slices.Contains(codes, code); code = above[code] {
		codes = append(codes, code)
	}
	return codes
}

func (c *workedCompany) readViewers(t testing.TB, folder string) {
	var given []struct {
		ID, Kind, Employee string
		Grants             []struct{ Role, Unit string }
		Scopes, Units      []string
	}
	answers := map[string]struct {
		Fields    map[string]any
		List      any
		Aggregate map[string]string
		Record    map[string]map[string]string
		Retract   map[string]map[string]map[string]string
		Edit      map[string]map[string]string
		Clear     map[string]string
	}{}
	for path, to := range map[string]any{"viewers.json": &given, "answers.json": &answers} {
		text, err := os.ReadFile(filepath.Join(folder, path))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, to))
	}
	for _, g := range given {
		answer := answers[g.ID]
		require.NotEmpty(t, answer.Fields)
		v := &workedViewer{employee: g.Employee, fields: answer.Fields, record: answer.Record, retract: answer.Retract, edit: answer.Edit, clear: answer.Clear, anyGroup: answer.Aggregate["-"], asked: answer.Aggregate[askedUnit]}
		v.named = c.namesOutcome(t, v)
		if list, ok := answer.List.([]any); ok {
			v.listed, v.list = true, []string{}
			for _, code := range list {
				v.list = append(v.list, code.(string))
			}
		}
		words := []string{g.ID}
		var grants []access.Grant
		for _, grant := range g.Grants {
			role, ok := access.ParseRole(grant.Role)
			require.True(t, ok)
			grants = append(grants, access.Grant{Role: role, Unit: grant.Unit})
			words = append(words, strings.TrimSuffix(grant.Role+":"+grant.Unit, ":"))
		}
		var scopes access.Scopes
		for _, s := range g.Scopes {
			scope, ok := access.ParseScope(s)
			require.True(t, ok)
			scopes |= scope
		}
		id := access.Identity{Account: g.ID, Name: g.ID}
		v.Viewer = access.Account(id, c.persons[g.Employee], grants)
		switch words = append(words, g.Scopes...); g.Kind {
		case "service":
			v.Viewer = access.Service(id, scopes, g.Units)
		case "personal-token":
			v.Viewer = access.PersonalToken(v.Viewer, g.ID, scopes, g.Units)
		}
		if len(g.Units) > 0 {
			words = append(words, "bound to "+strings.Join(g.Units, ","))
		}
		v.name = strings.Join(words, " ")
		v.subjects = c.subjects(g.Employee, grants, g.Units)
		c.viewers = append(c.viewers, v)
	}
}

// subjects picks one person of each relation to a viewer, and one who does not exist.
func (c *workedCompany) subjects(self string, grants []access.Grant, bound []string) []subject {
	me := c.persons[self]
	inUnit := func(p access.Person) bool {
		return slices.ContainsFunc(grants, func(g access.Grant) bool { return slices.Contains(p.Units, g.Unit) }) ||
			slices.ContainsFunc(bound, func(unit string) bool { return slices.Contains(p.Units, unit) })
	}
	distance := func(p access.Person) int { return slices.Index(p.Managers, self) }
	isOwnManager := func(p access.Person) bool { return slices.Contains(me.Managers, p.Code) }
	relations := []struct {
		name string
		is   func(access.Person) bool
	}{
		{"self", func(p access.Person) bool { return p.Code == self }},
		{"report", func(p access.Person) bool { return distance(p) == 0 && !isOwnManager(p) }},
		{"report's-report", func(p access.Person) bool { return distance(p) == 1 && !isOwnManager(p) }},
		{"own-manager", isOwnManager},
		{"granted-unit", func(p access.Person) bool { return inUnit(p) && p.Code != self && distance(p) < 0 && !isOwnManager(p) }},
		{"manager-in-unit", func(p access.Person) bool { return inUnit(p) && isOwnManager(p) }},
		{"same-department", func(p access.Person) bool {
			return len(me.Units) > 0 && len(p.Units) > 0 && p.Units[0] == me.Units[0] && p.Code != self && distance(p) < 0 && !isOwnManager(p) && !inUnit(p)
		}},
		{"elsewhere", func(p access.Person) bool {
			return p.Code != self && distance(p) < 0 && !isOwnManager(p) && !inUnit(p) && (len(me.Units) == 0 || len(p.Units) > 0 && p.Units[0] != me.Units[0])
		}},
	}
	var chosen []subject
	for _, r := range relations {
		for _, code := range c.codes {
			if r.is(c.persons[code]) {
				chosen = append(chosen, subject{r.name, code})
				break
			}
		}
	}
	return append(chosen, subject{"unknown", nobodyCode})
}

// namesOutcome returns whether a viewer may be told names of the people of askedUnit: where each
// may be read, own managers aside.
func (c *workedCompany) namesOutcome(t testing.TB, v *workedViewer) string {
	if v.asked != "allow" {
		return "denied"
	}
	for code, p := range c.persons {
		if slices.Contains(p.Units, askedUnit) && !slices.Contains(c.persons[v.employee].Managers, code) && v.expect(t, "LEARNER", code) != "allow" {
			return "denied"
		}
	}
	return "allow"
}

// expectField is expect for a field by its name: those that are about askedUnit do not depend on
// whom the document is about.
func (v *workedViewer) expectField(t testing.TB, name, class, code string) string {
	object, _, _ := strings.Cut(name, ".")
	switch {
	case slices.Contains(aboutGroup, name):
		return v.asked
	case slices.Contains(namesOfGroup, name):
		return v.named
	case slices.Contains(partsOfGroups, object), name == "Me.employee":
		return "allow" // where the answer is
	}
	return v.expect(t, class, code)
}

// The fields that are about a group, those that name its people, and the objects of their answers.
var (
	aboutGroup = []string{
		"Query.teamGaps", "Query.coverageDistribution", "Query.holders", "Query.risks", "Query.unblocking", "OrgUnit.teamGaps", "OrgUnit.coverage", "OrgUnit.coverageHistory", "Position.coverage", "KnowledgePoint.holders",
	}
	namesOfGroup = []string{
		"Query.candidates", "Query.trainingSet", "Query.reviewsDue", "Position.candidates", "TeamGaps.people",
		"PointHolders.people", "Risk.people", "Risk.affectedPeople", "Unblocking.people", "Unblocking.minutes",
	}
	partsOfGroups = []string{
		"TeamGaps", "TeamGapsColumn", "TeamGapsPerson", "TeamGapsCell", "TeamGapsUnit", "TeamGapsGroupCell", "CoverageDistribution", "CoverageQuantile", "CoverageBin",
		"Candidate", "CandidateConnection", "CandidateEdge", "PointHolders", "HolderConnection", "HolderEdge", "Risk", "RiskConnection", "RiskEdge",
		"TrainingSet", "TrainingPlan", "MissingHolders", "UnblockingList", "Unblocking", "ReviewDue", "ReviewDueConnection", "ReviewDueEdge",
		"RecordedCoverage", "RecordedCoverageConnection", "RecordedCoverageEdge",
	}
)

// isAboutGroup reports whether a field is about a group, or part of such an answer.
func isAboutGroup(name string) bool {
	object, _, _ := strings.Cut(name, ".")
	return slices.Contains(aboutGroup, name) || slices.Contains(namesOfGroup, name) || slices.Contains(partsOfGroups, object)
}

// imports returns whether a viewer may import at all: where they may edit or record anything.
func (v *workedViewer) imports() string {
	outcomes := map[string]bool{}
	for _, class := range []string{"EDIT_CATALOG", "EDIT_RESOURCE", "EDIT_POSITION"} {
		outcomes[v.fields[class].(string)] = true
	}
	for _, each := range v.edit {
		for _, outcome := range each {
			outcomes[outcome] = true
		}
	}
	for _, each := range v.record {
		for _, outcome := range each {
			outcomes[outcome] = true
		}
	}
	if outcomes["allow"] {
		return "allow"
	}
	return "denied"
}

// expect returns what a viewer is answered about a field of a class.
func (v *workedViewer) expect(t testing.TB, class, code string) string {
	switch class {
	case envelope, byID:
		return "allow"
	case "HISTORY":
		class = "CATALOG"
	case "APPROVE":
		if v.fields["ADMINISTER"] == "allow" { // ADMIN sees what waits
			return "allow"
		}
	case "AGGREGATE":
		return v.anyGroup
	case "PEOPLE_LIST":
		if v.listed {
			return "allow"
		}
		return "denied"
	}
	if class == "IMPORT" {
		return v.imports()
	}
	switch outcome := v.fields[class].(type) {
	case string:
		return outcome
	case map[string]any:
		if outcome[code] == "self" {
			return "allow"
		}
		return outcome[code].(string)
	}
	require.Fail(t, "no worked answer", class)
	return ""
}

// newWorkedAPI serves a company whose people have something of each kind.
func newWorkedAPI(t testing.TB, c *workedCompany) *api {
	var world competency.ChangeSet
	world.Put.Catalog = kgtest.MustParse(t, workedCatalog).Catalog
	world.Put.People = c.people
	a := newAPI(t, world, nil, graph.Config{})
	var evidence []service.EvidenceInput
	for _, code := range c.codes {
		evidence = append(evidence, servicetest.Exam("a-"+code, code, "A", 0), servicetest.Exam("b-"+code, code, "B", 1)) // contradicts B <- A
	}
	require.Empty(t, servicetest.Record(t, a.service, evidence...).UserErrors)
	require.NoError(t, a.service.People.KeepUnmapped(servicetest.Request(), []people.UnmappedStatement{
		{ID: "unmapped", ReceivedAt: kgtest.Now, Why: fault.T("why", "原因"), Statement: "{}"},
	}))
	prepareAccounts(t, a.service.Accounts)
	for _, v := range c.viewers {
		putImport(t, a, v.Account)
	}
	ctx := audit.Begin(servicetest.Request(), audit.Request{ID: "request"})
	_, err := a.service.RecordMonth(ctx)
	require.NoError(t, err)
	for _, code := range c.codes { // so that everyone has been looked at
		audit.Note(ctx, audit.Event{Action: access.Learner, Verb: "read", Subjects: []string{code}, Object: code})
	}
	require.NoError(t, a.service.Audit.Commit(ctx))
	return a
}

// prepareAccounts makes accounts without a link, and proposals that wait for HR and AUDITOR.
func prepareAccounts(t testing.TB, accounts *account.Accounts) {
	system := servicetest.Request()
	require.NoError(t, accounts.PutSamples(system, []account.Sample{
		{Login: "hr", Name: "hr", Grants: []access.Grant{{Role: access.HR}}},
		{Login: "auditor", Name: "auditor", Grants: []access.Grant{{Role: access.Auditor}}},
		{Login: "admin", Name: "admin", Grants: []access.Grant{{Role: access.Admin}}},
	}))
	admin, err := accounts.FindLogin(system, "admin")
	require.NoError(t, err)
	given["Query.account.id"] = quote(admin.ID)
	v, err := accounts.ViewerOfSender(system, admin.ID)
	require.NoError(t, err)
	for _, role := range []access.Role{access.HR, access.Auditor} {
		invited, err := accounts.Invite(access.WithViewer(system, v), account.InviteInput{Login: "new-" + role.String(), Grants: []access.Grant{{Role: role}}})
		require.NoError(t, err)
		require.Len(t, invited.Pending, 1)
	}
}

// workedCatalog has something for each field of the schema.
const workedCatalog = `
	C { A 45m B C2 { D C3 { E } } }
	B <- A
	C2 <- A
	F <- C2
	D <- x: G | H
	D <~ B
	A -- D
	P: B=0.9*2! C2=0.5
	Q: A
	R VIDEO 20m zh-CN => A B`

func quote(code string) string { return fmt.Sprintf("%q", code) }
