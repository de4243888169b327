package service

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

// StoreContents are all that a store holds.
type StoreContents struct {
	Records competency.Records
	people.Observations
	Revision catalog.Revision
	Problems []fault.Problem
	Kept     []fault.Problem // of rules that are newer than the data: they stay as they are
	Notices  []fault.Problem // of what breaks no rule and may be a mistake
}

// unmappedRecords names unmapped statements in the places of problems.
const unmappedRecords = "unmapped_statements"

// Inspect reads everything in a store and checks it as if it were imported into an empty
// one. Data that were edited by other means than ours may break any rule: every problem
// is returned, and an error only where the store does not answer.
func Inspect(ctx context.Context, from Archives) (*StoreContents, error) {
	contents := &StoreContents{}
	if err := contents.read(ctx, from.Catalog, from.People); err != nil {
		return nil, err
	}
	broken, err := contents.checkRecords(ctx)
	if err != nil {
		return nil, err
	}
	dangling, err := contents.checkEvidence(ctx, from.People)
	if err != nil {
		return nil, err
	}
	broken = append(broken, dangling...)
	broken = append(broken, contents.checkUnmapped()...)
	broken = append(broken, contents.checkMoments(from.Now)...)
	broken = append(broken, competency.Catalog{}.CheckLinks(competency.ChangeSet{Put: contents.Records}, from.LinkSchemes)...)
	for _, wrong := range broken {
		wrong.Key = contents.key(wrong.Place)
		if wrong.NewRule {
			contents.Kept = append(contents.Kept, wrong)
		} else {
			contents.Problems = append(contents.Problems, wrong)
		}
	}
	for _, p := range contents.Records.LookAlikes() {
		p.Key = contents.key(p.Place)
		contents.Notices = append(contents.Notices, p)
	}
	return contents, nil
}

// read reads all there is. What refers is read before what it refers to, which cannot
// be deleted meanwhile: so that a store that is being written to is not taken for a
// broken one.
func (c *StoreContents) read(ctx context.Context, from *catalog.Archive, p *people.Archive) (err error) {
	// collect adds the problems of an error, and returns an error that has none.
	collect := func(err error) error {
		found := fault.ProblemsOf(err)
		c.Problems = append(c.Problems, found...)
		if err == nil || len(found) > 0 {
			return nil
		}
		return catalog.StoreFault(err)
	}
	c.Observations, err = p.Observations(ctx)
	if err := collect(err); err != nil {
		return err
	}
	for _, d := range c.Dropped {
		if _, err := people.DecodeCheckpoint(d.Employee, d.Checkpoint); err != nil {
			c.Problems = append(c.Problems, fault.ProblemsOf(err)...)
		}
	}
	for profile, err := range p.Profiles(ctx) {
		if err := collect(err); err != nil {
			return err
		}
		if err == nil {
			c.Problems = append(c.Problems, profile.OwnProblems()...)
			c.Records.Employees = append(c.Records.Employees, profile.Employee)
			c.Records.Mastery = append(c.Records.Mastery, profile.States...)
		}
	}
	c.Records.OrgUnits, err = p.OrgUnits(ctx)
	if err := collect(err); err != nil {
		return err
	}
	c.Records.Catalog, c.Revision, err = from.Load(ctx)
	return collect(err)
}

// checkRecords checks the catalog and the people by the rules of an import.
func (c *StoreContents) checkRecords(ctx context.Context) ([]fault.Problem, error) {
	all := competency.ChangeSet{Put: c.Records}
	var empty competency.Catalog
	broken := empty.Check(all)
	broken = append(broken, catalog.CycleProblems(kg.Cycles(empty.Apply(empty.Resolve(all))), all)...)
	all.Put.Employees, all.Put.OrgUnits = slices.Clone(all.Put.Employees), slices.Clone(all.Put.OrgUnits)
	for i, e := range c.Records.Employees {
		if e.Name == "" {
			all.Put.Employees[i].Name = e.Code // so that the employee is not reported as unknown too
			broken = append(broken, fault.Problem{
				Place: fault.Place{Record: competency.Employees, Index: i, Field: "name"}, Code: fault.InvalidArgument,
				Text: fault.T("the employee has no name: give one", "该员工没有姓名：请补上"),
			})
		}
	}
	dangling, err := people.CheckOwnReferences(ctx, all)
	return append(broken, dangling...), err
}

// checkEvidence checks evidence by the rules of recording. Evidence of employees who
// were deleted meanwhile went with them, and is dropped from the contents.
func (c *StoreContents) checkEvidence(ctx context.Context, p *people.Archive) ([]fault.Problem, error) {
	employees := make(map[string]bool, len(c.Records.Employees))
	for _, e := range c.Records.Employees {
		employees[e.Code] = true
	}
	var orphans []string
	for _, e := range c.Evidence {
		if !employees[e.Employee] {
			orphans = append(orphans, e.ID)
		}
	}
	list, err := p.EvidenceByID(ctx, orphans)
	if err != nil {
		return nil, err
	}
	remaining := make(map[string]bool, len(list))
	for _, e := range list {
		remaining[e.ID] = true
	}
	c.Evidence = slices.DeleteFunc(c.Evidence, func(e competency.Evidence) bool { return !employees[e.Employee] && !remaining[e.ID] })
	broken := c.Records.Catalog.CheckEvidence(c.Evidence)
	for i, e := range c.Evidence {
		if !employees[e.Employee] {
			broken = append(broken, fault.Problem{
				Place: fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "employee"}, Code: fault.NotFound,
				Text: fault.T("there is no employee %s: add the employee, or delete the evidence", "不存在员工 %s：请补上该员工，或删除该证据", competency.Quote(e.Employee)),
			})
		}
	}
	return broken, nil
}

// checkMoments lists what is of the future. Earlier versions took it in; it keeps what
// happens until then from counting.
func (c *StoreContents) checkMoments(now time.Time) (kept []fault.Problem) {
	if now.IsZero() {
		return nil
	}
	for i, state := range c.Records.Mastery {
		entered := people.Entered(state)
		if entered == nil {
			continue
		}
		if _, ok := competency.CheckMoment(entered.AssessedAt, now); !ok {
			kept = append(kept, fault.Problem{
				Place: fault.Place{Record: competency.MasteryStates, Index: i, Field: "assessed_at"}, Code: fault.InvalidArgument, NewRule: true,
				Text: fault.T("the time %s is in the future, so that nothing counts until then: take the assessment away with deleteMastery, and enter it with its right time",
					"时间 %s 在未来，此前的结果均不生效：请用 deleteMastery 删除该评估，并按正确的时间重新录入", entered.AssessedAt.Format(time.RFC3339)),
			})
		}
	}
	for _, wrong := range competency.FutureEvidence(c.Evidence, now) {
		if c.Evidence[wrong.Index].Retracted {
			continue
		}
		wrong.Text = fault.T("the time %s is in the future: retract the evidence, and record it under a new id with its right time",
			"时间 %s 在未来：请撤回该证据，并以新的 id 和正确的时间重新记录", c.Evidence[wrong.Index].At.Format(time.RFC3339))
		kept = append(kept, wrong)
	}
	return kept
}

// checkUnmapped checks that unmapped statements can be retried.
func (c *StoreContents) checkUnmapped() (broken []fault.Problem) {
	for i, u := range c.Unmapped {
		if list, _, err := xapi.Parse([]byte(u.Statement)); err != nil || len(list) != 1 {
			broken = append(broken, fault.Problem{
				Place: fault.Place{Record: unmappedRecords, Index: i, Field: "statement"}, Code: fault.InvalidArgument,
				Text: fault.T("this is not one xAPI statement, and can never be mapped: discard it", "这不是一条 xAPI 语句，无法映射：请丢弃"),
			})
		}
	}
	return broken
}

// key is what people call the record at a place.
func (c *StoreContents) key(at fault.Place) string {
	r, i := c.Records, at.Index
	switch at.Record {
	case competency.Competencies:
		return r.Competencies[i].Code
	case competency.KnowledgePoints:
		return r.KnowledgePoints[i].Code
	case competency.Prerequisites:
		return r.Prerequisites[i].Prerequisite + " → " + r.Prerequisites[i].Dependent
	case competency.RelatedPairs:
		return r.Related[i].A + " – " + r.Related[i].B
	case competency.Positions:
		return r.Positions[i].Code
	case competency.Requirements:
		return r.Requirements[i].Position + " → " + r.Requirements[i].Target
	case competency.Resources:
		return r.Resources[i].Code
	case competency.Levels:
		return r.Scale[i].Label
	case competency.OrgUnits:
		return r.OrgUnits[i].Code
	case competency.Employees:
		return r.Employees[i].Code
	case competency.MasteryStates:
		return r.Mastery[i].Employee + " → " + r.Mastery[i].KnowledgePoint
	case competency.EvidenceRecords:
		return c.Evidence[i].ID
	case unmappedRecords:
		return c.Unmapped[i].ID
	}
	return ""
}
