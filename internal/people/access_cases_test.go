package people_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/workforce"
)

// workedCompany is a company of the worked cases. Everyone targets the next position.
type workedCompany struct {
	*service.Service
	archive   *people.Archive
	employees []competency.Employee
	position  string // one that is held and targeted
	built     *workforce.Columns
}

const unknownCode = "E999"

// codes returns the codes of the employees, and one that nobody has.
func (c *workedCompany) codes() []string {
	codes := []string{unknownCode}
	for _, e := range c.employees {
		codes = append(codes, e.Code)
	}
	return codes
}

func openWorkedCompany(t *testing.T, folder string) (*servicetest.Company, *workedCompany) {
	company := servicetest.OpenCompany(t, folder, &servicetest.Clock{})
	c := &workedCompany{company.Service, people.NewArchive(company.Store), company.Employees, "岗位-0", nil}
	var targets []competency.Employee
	for i := range c.employees {
		if next := c.employees[(i+1)%len(c.employees)].Position; next != "" {
			c.employees[i].Targets = []string{next}
			targets = append(targets, competency.Employee{Code: c.employees[i].Code, Targets: []string{next}})
		}
	}
	servicetest.ApplyDirectly(t, company.Store, func(cs *competency.ChangeSet) { cs.Put.Employees = targets })
	return company, c
}

// workedAnswers are what a viewer may do.
type workedAnswers struct {
	Fields    map[string]json.RawMessage
	List      json.RawMessage
	Aggregate map[string]string
	Record    map[competency.EvidenceKind]map[string]string
	Retract   map[competency.EvidenceKind]map[string]map[string]string
}

// of returns the outcomes of a class by the employee.
func (a workedAnswers) of(t *testing.T, class string) map[string]string {
	each := map[string]string{}
	require.NoError(t, json.Unmarshal(a.Fields[class], &each))
	require.NotEmpty(t, each)
	return each
}

// outcomeOf is what an error comes to.
func outcomeOf(t *testing.T, err error) string {
	t.Helper()
	switch fault.CodeOf(err) {
	case "":
		return "allow"
	case fault.NotFound:
		return "not_found"
	case fault.PermissionDenied:
		return "denied"
	}
	require.NoError(t, err)
	return ""
}

// Every answer about people is as the worked cases say, on a store.
func TestWorkedCases(t *testing.T) {
	for _, folder := range servicetest.CompanyFolders(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			company, c := openWorkedCompany(t, folder)
			answers := map[string]workedAnswers{}
			company.ReadJSON(t, "answers.json", &answers)
			for n, given := range company.Viewers {
				t.Run(given.ID, func(t *testing.T) {
					if testing.Short() && n%8 != 0 {
						t.Skip("some viewers will do for a quick look")
					}
					v := company.Viewer(t, given.ID)
					ctx := servicetest.As(v)
					want := answers[given.ID]
					require.NotEmpty(t, want.Fields)
					c.checkPeople(t, ctx, want)
					c.checkLists(t, ctx, want)
					c.checkRecording(t, ctx, want)
					c.checkRetracting(t, ctx, v.Account, want)
					c.checkInsight(t, ctx, want)
					c.checkUnmapped(t, ctx, want)
				})
			}
		})
	}
}

// requireUnknown requires an error about a person to be that about nobody.
func requireUnknown(t *testing.T, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) == fault.NotFound {
		require.EqualError(t, err, fmt.Sprintf("NOT_FOUND: there is no employee %q", code))
	}
}

// checkPeople asks about each employee.
func (c *workedCompany) checkPeople(t *testing.T, ctx context.Context, want workedAnswers) {
	card, learner, place, assess := want.of(t, "CARD"), want.of(t, "LEARNER"), want.of(t, "PLACE"), want.of(t, "ASSESS")
	managers := map[string]string{}
	for _, e := range c.employees {
		managers[e.Code] = e.Manager
	}
	first := c.employees[0].Code
	node, err := c.Node(ctx, page.GlobalID("Employee", first))
	require.Equal(t, card[first] == "allow", err == nil && node != nil)
	for _, code := range c.codes() {
		e, err := c.People.Employee(ctx, code)
		require.Equal(t, card[code], outcomeOf(t, err), "CARD %s", code)
		requireUnknown(t, err, code)
		if err == nil {
			_, err := e.States(ctx)
			require.Equal(t, learner[code], outcomeOf(t, err), "states of %s", code)
			_, err = e.Targets(ctx)
			require.Equal(t, learner[code], outcomeOf(t, err), "targets of %s", code)
			_, err = e.Modalities(ctx)
			require.Equal(t, learner[code], outcomeOf(t, err), "modalities of %s", code)
			_, err = e.Evidence(ctx, 1, nil, nil)
			require.Equal(t, learner[code], outcomeOf(t, err), "evidence of %s", code)
			manager, err := e.Manager(ctx)
			require.NoError(t, err)
			require.Equal(t, managers[code] != "" && card[managers[code]] == "allow", manager != nil, "manager of %s", code)
		}
		_, err = c.Analysis.GapAnalysis(ctx, code, c.position, nil, nil)
		require.Equal(t, learner[code], outcomeOf(t, err), "LEARNER %s", code)
		requireUnknown(t, err, code)
		_, err = c.Analysis.PlacementNext(ctx, code, c.position, nil)
		require.Equal(t, strings.Replace(place[code], "self", "allow", 1), outcomeOf(t, err), "PLACE %s", code)
		requireUnknown(t, err, code)
		kind, err := c.People.PlacementKind(ctx, code)
		require.Equal(t, place[code] == "denied", fault.CodeOf(err) == fault.PermissionDenied, "PLACE %s", code)
		require.Equal(t, place[code] == "self", kind == competency.SelfAssessment, "PLACE %s", code)
		_, err = c.People.DeleteAssessment(ctx, code, "KP-1", nil)
		if problems := fault.ProblemsOf(err); len(problems) > 0 && problems[0].Field == "knowledge_point" {
			err = nil // nothing was entered, which is told to who may
		}
		require.Equal(t, assess[code], outcomeOf(t, err), "ASSESS %s", code)
	}
}

// list returns the codes of all pages of a list.
func (c *workedCompany) list(t *testing.T, ctx context.Context, f people.EmployeeFilter) []string {
	codes := []string{}
	var after *string
	for {
		list, err := c.People.Employees(ctx, 20, after, &f, false)
		require.NoError(t, err)
		for _, e := range list.Nodes {
			codes = append(codes, e.Code())
		}
		if !list.PageInfo.HasNextPage {
			require.Equal(t, len(codes), list.TotalCount)
			return codes
		}
		require.Greater(t, list.TotalCount, len(codes))
		after = list.PageInfo.EndCursor
	}
}

// checkLists asks for lists with all filters.
func (c *workedCompany) checkLists(t *testing.T, ctx context.Context, want workedAnswers) {
	var listed []string
	if json.Unmarshal(want.List, &listed) != nil {
		_, err := c.People.Employees(ctx, 7, nil, nil, false)
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
		return
	}
	card, learner := want.of(t, "CARD"), want.of(t, "LEARNER")
	those := func(selects func(competency.Employee) bool) []string {
		codes := []string{}
		for _, e := range c.employees {
			if slices.Contains(listed, e.Code) && selects(e) {
				codes = append(codes, e.Code)
			}
		}
		return codes
	}
	require.Equal(t, listed, c.list(t, ctx, people.EmployeeFilter{}))
	require.Equal(t, those(func(e competency.Employee) bool { return e.Position == c.position }), c.list(t, ctx, people.EmployeeFilter{Position: &c.position}))
	require.Equal(t, those(func(e competency.Employee) bool {
		return slices.Contains(e.Targets, c.position) && learner[e.Code] == "allow"
	}), c.list(t, ctx, people.EmployeeFilter{Target: &c.position}))
	require.Equal(t, those(func(e competency.Employee) bool {
		return strings.Contains(e.Code, "1") || strings.Contains(e.Name, "1")
	}), c.list(t, ctx, people.EmployeeFilter{Text: new("1")}))
	names, called := []string{}, []string{}
	for _, e := range c.employees {
		names = append(names, e.Name)
	}
	found, err := c.Service.People.EmployeesCalled(ctx, names)
	require.NoError(t, err)
	for _, e := range found {
		called = append(called, e.Code)
	}
	require.Equal(t, listed, called)
	require.Equal(t, those(func(e competency.Employee) bool { return e.OrgUnit == "D2" }), c.list(t, ctx, people.EmployeeFilter{OrgUnit: new("D2"), Directly: true}))
	for _, code := range c.codes() {
		if !slices.ContainsFunc(c.employees, func(e competency.Employee) bool { return e.Manager == code }) && code != unknownCode {
			continue
		}
		reports := those(func(e competency.Employee) bool { return e.Manager == code && card[code] == "allow" })
		require.Equal(t, reports, c.list(t, ctx, people.EmployeeFilter{Manager: &code}), "reports of %s", code)
		last, err := c.People.Employees(ctx, 20, new("YWZ0ZXI6RTk5OQ"), &people.EmployeeFilter{Manager: &code}, false) // after:E999
		require.NoError(t, err)
		require.Equal(t, len(reports), last.TotalCount, "reports of %s, after the last", code)
	}
}

// checkRecording records a piece of each kind about everyone, of one kind in one batch.
func (c *workedCompany) checkRecording(t *testing.T, ctx context.Context, want workedAnswers) {
	for kind, each := range want.Record {
		var list []competency.Evidence
		for _, code := range c.codes() {
			list = append(list, competency.Evidence{
				ID: fmt.Sprintf("%s-%s-%s", t.Name(), kind, code), Employee: code, KnowledgePoints: []string{"KP-1"}, Kind: kind, Score: 1, At: kgtest.Now,
			})
		}
		r, err := c.People.Record(ctx, list, nil)
		if err != nil { // the scope is missing
			for _, code := range c.codes() {
				require.Equal(t, each[code], outcomeOf(t, err), "RECORD %s %s", kind, code)
			}
			continue
		}
		wrong := map[int]fault.Problem{}
		for _, p := range r.Problems {
			require.NotContains(t, wrong, p.Index)
			wrong[p.Index] = p
		}
		for i, code := range c.codes() {
			got := map[fault.Code]string{"": "allow", fault.NotFound: "not_found", fault.PermissionDenied: "denied"}[wrong[i].Code]
			require.Equal(t, each[code], got, "RECORD %s %s", kind, code)
			require.Equal(t, got == "allow", r.Results[i].Outcome == people.EvidenceRecorded)
			if got == "not_found" {
				require.Equal(t, fmt.Sprintf("there is no employee %q: correct the code or add the record", code), wrong[i].Text.EN)
			}
		}
	}
}

// checkRetracting retracts evidence of each kind about everyone that the viewer's account, another or
// nobody known recorded.
func (c *workedCompany) checkRetracting(t *testing.T, ctx context.Context, account string, want workedAnswers) {
	recorders := map[string]string{"own": account, "other": "another", "old": ""}
	var list []competency.Evidence
	var ids []string
	for kind := range want.Retract {
		for by, recorder := range recorders {
			for _, e := range c.employees {
				id := fmt.Sprintf("%s-%s-%s-%s", t.Name(), kind, by, e.Code)
				ids = append(ids, id)
				list = append(list, competency.Evidence{ID: id, Employee: e.Code, KnowledgePoints: []string{"KP-1"}, Kind: kind, Score: 1, At: kgtest.Now.Add(-time.Hour), RecordedBy: recorder})
			}
		}
	}
	require.NoError(t, c.archive.Restore(t.Context(), people.Observations{Evidence: list}, nil))
	r, err := c.People.Retract(ctx, append([]string{"unknown"}, ids...))
	problems := map[string]fault.Problem{}
	if err == nil {
		require.Equal(t, people.EvidenceRefused, r.Results[0].Outcome)
		for _, p := range r.Problems {
			problems[p.Field] = p
		}
	}
	for i, e := range list {
		by := map[string]string{account: "own", "another": "other", "": "old"}[e.RecordedBy]
		got := "denied"
		if err == nil {
			p := problems[fmt.Sprintf("ids.%d", i+1)]
			got = map[fault.Code]string{"": "allow", fault.NotFound: "not_found", fault.PermissionDenied: "denied"}[p.Code]
			require.Equal(t, got == "allow", r.Results[i+1].Outcome == people.EvidenceRetracted)
			if got == "not_found" {
				require.Equal(t, fmt.Sprintf("there is no evidence %s", competency.Quote(e.ID)), p.Text.EN)
			}
		} else {
			require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
		}
		require.Equal(t, want.Retract[e.Kind][e.Employee][by], got, "RETRACT %s %s %s", e.Kind, e.Employee, by)
	}
}

// checkInsight asks about each department, and about all that the viewer may ask about.
func (c *workedCompany) checkInsight(t *testing.T, ctx context.Context, want workedAnswers) {
	for u, outcome := range want.Aggregate {
		var r people.GroupRequest
		head, isLine := strings.CutPrefix(u, "line:")
		switch {
		case u == "*":
			continue // asked for by no field: it is all that some may ask about
		case isLine:
			r.Line = &head
		case u != "-":
			r.OrgUnit = &u
		}
		require.Equal(t, outcome, outcomeOf(t, c.askGroup(t, ctx, r)), "AGGREGATE %s of people in memory", u)
		if !isLine {
			_, err := c.People.Scan(ctx, r.OrgUnit)
			require.Equal(t, outcome, outcomeOf(t, err), "AGGREGATE %s", u)
		}
	}
}

// askGroup asks about a group of the people in memory, and requires that whoever is hidden is
// whom the viewer may not read.
func (c *workedCompany) askGroup(t *testing.T, ctx context.Context, r people.GroupRequest) error {
	s, err := c.Catalog.Snapshot(access.WithViewer(ctx, access.System()))
	require.NoError(t, err)
	v, err := access.FromContext(ctx)
	require.NoError(t, err)
	var refusal error
	require.NoError(t, c.columns(t).Read(s.Graph(), time.Time{}, func(view *workforce.View) error {
		g, err := people.AskGroup(ctx, s, view, r)
		if refusal = err; err != nil {
			return nil
		}
		for _, e := range c.employees {
			p, ok := view.Find(e.Code)
			require.True(t, ok)
			who := access.Person{Code: e.Code}
			who.Units, who.Managers, who.ReportUnits = view.Lines(p)
			require.Equal(t, !v.ReadsMember(&who), g.Unread.Has(p), e.Code)
			require.Equal(t, g.Members.Has(p) && g.Unread.Has(p), g.Hidden.Has(p), e.Code)
		}
		require.Equal(t, g.Naming == nil, g.Hidden.Len() == 0 && access.CheckScope(ctx, access.Learner) == nil)
		return nil
	}))
	return refusal
}

// columns returns the people in memory, without what they master.
func (c *workedCompany) columns(t *testing.T) *workforce.Columns {
	if c.built == nil {
		units, err := c.People.AllOrgUnits(access.WithViewer(t.Context(), access.System()))
		require.NoError(t, err)
		c.built, err = workforce.Build(units, func(yield func(workforce.Record, error) bool) {
			for _, e := range c.employees {
				if !yield(workforce.Record{Employee: e}, nil) {
					return
				}
			}
		}, time.Time{})
		require.NoError(t, err)
	}
	return c.built
}

// checkUnmapped lists what is set aside.
func (c *workedCompany) checkUnmapped(t *testing.T, ctx context.Context, want workedAnswers) {
	var list, content string
	require.NoError(t, json.Unmarshal(want.Fields["UNMAPPED"], &list))
	require.NoError(t, json.Unmarshal(want.Fields["UNMAPPED_CONTENT"], &content))
	_, err := c.People.UnmappedStatements(ctx, 9, nil, true)
	require.Equal(t, list, outcomeOf(t, err), "UNMAPPED")
	_, err = c.People.UnmappedByID(ctx, []string{"1"})
	require.Equal(t, content, outcomeOf(t, err), "UNMAPPED_CONTENT")
}
