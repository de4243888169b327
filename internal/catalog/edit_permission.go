package catalog

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// permittedEdit returns what an edit changes, normalized and with its references to the
// catalog read, if the viewer may change that. Whether they may is told before all else
// that is wrong with it.
func (c *Catalog) permittedEdit(ctx context.Context, base *Snapshot, at time.Time, edit Edit) (competency.ChangeSet, error) {
	cs, wrong := edit(base.graph.Catalog())
	cs.At = at
	cs.Normalize()
	base.graph.Catalog().ReadReferences(&cs)
	if err := checkCatalogEdits(ctx, cs); err != nil {
		return cs, err
	}
	if err := c.people.CheckPermissions(ctx, cs, c.accounts); err != nil {
		return cs, err
	}
	if err := access.Check(ctx, access.Catalog); err != nil { // the edit has read it
		return cs, err
	}
	if wrong != nil {
		return cs, wrong
	}
	return cs, c.people.ReleaseReports(ctx, &cs)
}

// catalogEdits counts the edits of the catalog in a change set by what they take.
func catalogEdits(cs competency.ChangeSet) []struct {
	action access.Action
	count  int
} {
	put, del := cs.Put, cs.Delete
	return []struct {
		action access.Action
		count  int
	}{
		{access.EditPosition, len(put.Positions) + len(del.Positions) + len(put.Requirements) + len(del.Requirements)},
		{access.EditResource, len(put.Resources) + len(del.Resources)},
		{access.EditCatalog, len(put.Competencies) + len(del.Competencies) + len(put.KnowledgePoints) + len(del.KnowledgePoints) +
			len(put.Prerequisites) + len(del.Prerequisites) + len(put.Related) + len(del.Related) + len(put.Scale) + len(del.Scale)},
	}
}

// checkCatalogEdits refuses the edits of the catalog that the viewer may not make. What is
// as stored takes the permission too.
func checkCatalogEdits(ctx context.Context, cs competency.ChangeSet) error {
	for _, edit := range catalogEdits(cs) {
		if edit.count == 0 {
			continue
		}
		if err := access.Check(ctx, edit.action); err != nil {
			audit.Note(ctx, audit.Event{Action: edit.action, Verb: "edit", Outcome: fault.CodeOf(err)})
			return err
		}
	}
	return nil
}

// checkGrants reports the departments of a set that cannot be deleted, because someone has
// a grant for them.
func (c *Catalog) checkGrants(ctx context.Context, cs competency.ChangeSet) (problems []fault.Problem, err error) {
	for i, u := range cs.Delete.OrgUnits {
		grants, err := c.accounts.GrantsOf(ctx, u.Code)
		if err != nil {
			return nil, StoreFault(err)
		}
		if grants > 0 {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}, Code: fault.Conflict,
				Text: fault.T("%s cannot be deleted while accounts have grants for it: revoke these first", "%s 仍有账号的授权，不能删除：请先撤销授权", competency.Quote(u.Code)),
			})
		}
	}
	return problems, nil
}

// noteEdits notes in the audit what has been edited: of each kind of edit one entry, with
// the people whom it is about.
func noteEdits(ctx context.Context, cs competency.ChangeSet, revision Revision) {
	note := func(a access.Action, verb string, records int, people []string) {
		if records == 0 {
			return
		}
		e := audit.Event{Action: a, Verb: verb, Subjects: people, Revision: int64(revision)}
		if len(people) > maxNamed {
			e.Subjects, e.Count, e.Filter = nil, len(people), "change set"
		}
		audit.Note(ctx, e)
	}
	for _, edit := range catalogEdits(cs) {
		note(edit.action, "edit", edit.count, nil)
	}
	put, del := cs.Put.People, cs.Delete.People
	note(access.EditOrg, "edit", len(put.OrgUnits)+len(del.OrgUnits), nil)
	code := func(e competency.Employee) string { return e.Code }
	note(access.EditPeople, "edit", len(put.Employees), distinctCodes(put.Employees, code))
	note(access.EditPeople, "delete", len(del.Employees), distinctCodes(del.Employees, code))
	employee := func(a competency.Assessment) string { return a.Employee }
	note(access.Assess, "edit", len(put.Mastery), distinctCodes(put.Mastery, employee))
	note(access.Assess, "delete", len(del.Mastery), distinctCodes(del.Mastery, employee))
}

// maxNamed is how many people an entry of the audit names.
const maxNamed = 20

func distinctCodes[T any](list []T, code func(T) string) []string {
	codes := make([]string, len(list))
	for i, v := range list {
		codes[i] = code(v)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
