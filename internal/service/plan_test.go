package service_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// readTables reads tables of text against a service.
func readTables(t require.TestingT, o exchange.Options, tables map[string]string) *exchange.Document {
	files := fstest.MapFS{}
	for name, text := range tables {
		files["in/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	doc, err := o.ReadFS(files, "in")
	require.NoError(t, err)
	return doc
}

func planTables(t require.TestingT, svc *service.Service, o exchange.Options, tables map[string]string) *governance.Plan {
	p, err := svc.PlanImport(servicetest.Request(), readTables(t, o, tables), service.PlanOptions{Keep: true})
	require.NoError(t, err)
	return p
}

// recordsOf reads everything in a store that a plan tells of.
func recordsOf(t require.TestingT, st store.Store) (r competency.Records) {
	var err error
	r.Catalog, _, err = st.Load(servicetest.Request())
	require.NoError(t, err)
	r.OrgUnits, err = st.OrgUnits(servicetest.Request())
	require.NoError(t, err)
	for p, err := range st.Profiles(servicetest.Request()) {
		require.NoError(t, err)
		r.Employees = append(r.Employees, p.Employee)
		for _, a := range p.States {
			a.Model = nil
			r.Mastery = append(r.Mastery, a)
		}
	}
	return r
}

// changesBetween is what happened from one content to another, without a plan.
func changesBetween(before, after competency.Records) []competency.RecordChange {
	cs := competency.Diff(before.Catalog, after.Catalog)
	cs.Put.People = competency.People{OrgUnits: slices.Clone(after.OrgUnits), Employees: slices.Clone(after.Employees), Mastery: after.Mastery}
	for i := range cs.Put.Employees { // an empty field is an edit here
		cs.Put.Employees[i].Clear = ^competency.FieldSet(0)
	}
	for i := range cs.Put.OrgUnits {
		cs.Put.OrgUnits[i].Clear = ^competency.FieldSet(0)
	}
	return before.Changes(cs)
}

// editWorld returns a world with some records left out, some changed and some new.
func editWorld(r *rand.Rand, w competency.Records) competency.Records {
	some := func(share float64) bool { return r.Float64() < share }
	rename := func(name *string) {
		if some(0.2) {
			*name += " 改"
		}
	}
	w.KnowledgePoints = slices.DeleteFunc(slices.Clone(w.KnowledgePoints), func(competency.KnowledgePoint) bool { return some(0.05) })
	for i := range w.KnowledgePoints {
		rename(&w.KnowledgePoints[i].Name)
	}
	gone := func(code string) bool {
		return !slices.ContainsFunc(w.KnowledgePoints, func(k competency.KnowledgePoint) bool { return k.Code == code }) &&
			!slices.ContainsFunc(w.Competencies, func(c competency.Competency) bool { return c.Code == code })
	}
	w.Prerequisites = slices.DeleteFunc(slices.Clone(w.Prerequisites), func(e competency.Prerequisite) bool {
		return some(0.1) || gone(e.Prerequisite) || gone(e.Dependent)
	})
	w.Related = slices.DeleteFunc(slices.Clone(w.Related), func(e competency.Related) bool { return some(0.1) || gone(e.A) || gone(e.B) })
	w.Requirements = slices.DeleteFunc(slices.Clone(w.Requirements), func(q competency.Requirement) bool { return some(0.1) || gone(q.Target) })
	for i := range w.Requirements {
		if some(0.3) {
			w.Requirements[i].Weight, w.Requirements[i].Critical = new(2.5), new(true)
		}
	}
	w.Resources = slices.DeleteFunc(slices.Clone(w.Resources), func(competency.Resource) bool { return some(0.2) })
	for i := range w.Resources {
		w.Resources[i].Teaches = slices.DeleteFunc(slices.Clone(w.Resources[i].Teaches), gone)
	}
	w.KnowledgePoints = append(w.KnowledgePoints, competency.KnowledgePoint{Code: "NEW-1", Name: "新", Minutes: new(7)})
	w.Positions = append(slices.Clone(w.Positions), competency.Position{Code: "NEW-P", Name: "新岗"})
	w.Employees = slices.Clone(w.Employees)
	for i := range w.Employees {
		rename(&w.Employees[i].Name)
	}
	w.Mastery = slices.DeleteFunc(slices.Clone(w.Mastery), func(a competency.Assessment) bool { return some(0.5) || gone(a.KnowledgePoint) })
	for i := range w.Mastery {
		if some(0.5) {
			w.Mastery[i].Mastery, w.Mastery[i].AssessedAt = 0.25, time.Time{}
		}
	}
	return w
}

// Applying does exactly what the plan said, and the plan after it is empty: for random
// catalogs and sheets, whatever the flags.
func TestApplyDoesWhatThePlanSays(t *testing.T) {
	root, applied := t.TempDir(), 0
	for _, kind := range []string{"memory", "file"} {
		rapid.Check(t, func(draw *rapid.T) {
			st := servicetest.MemoryStore(t)
			if kind == "file" {
				st = servicetest.FileStores(t, 1)[0]
			}
			seed := rapid.Uint64().Draw(draw, "seed")
			r := rand.New(rand.NewPCG(seed, 19))
			world := kgtest.RandomWorld(seed, kgtest.RichShape(12))
			svc := servicetest.Open(t, st, &servicetest.Clock{})
			base := competency.Records{Catalog: world.Catalog, People: competency.People{
				OrgUnits:  []competency.OrgUnit{{Code: "U1", Name: "部"}, {Code: "U2", Name: "组", Parent: "U1"}},
				Employees: []competency.Employee{{Code: "E1", Name: "一", OrgUnit: "U1"}, {Code: "E2", Name: "二", OrgUnit: "U2", Manager: "E1"}},
			}}
			for i, k := range world.Catalog.KnowledgePoints[:4] {
				base.Mastery = append(base.Mastery, competency.Assessment{Employee: base.Employees[i%2].Code, KnowledgePoint: k.Code, Mastery: 0.5, AssessedAt: kgtest.Now.Add(-time.Hour)})
			}
			servicetest.Import(t, svc, competency.ChangeSet{Put: base})
			before := recordsOf(draw, st)

			dir, err := os.MkdirTemp(root, "in")
			require.NoError(draw, err)
			edited := editWorld(r, before)
			require.NoError(draw, exchange.WriteFolder(dir, exchange.Export{Catalog: edited.Catalog, OrgUnits: edited.OrgUnits, People: func(yield func(exchange.Person, error) bool) {
				for _, e := range edited.Employees {
					var of []competency.Assessment
					for _, a := range edited.Mastery {
						if a.Employee == e.Code {
							of = append(of, a)
						}
					}
					if !yield(exchange.Person{Employee: e, Mastery: of}, nil) {
						return
					}
				}
			}}))
			require.NoError(draw, os.Remove(filepath.Join(dir, ".zhitu-export")))
			for _, table := range []string{"competencies", "prerequisites", "related", "positions", "requirements", "resources", "employees", "mastery"} {
				if rapid.IntRange(0, 4).Draw(draw, table) == 0 {
					_ = os.Remove(filepath.Join(dir, table+".csv"))
				}
			}
			doc, err := exchange.Options{Replace: rapid.Bool().Draw(draw, "replace"), Prune: rapid.Bool().Draw(draw, "prune")}.Read(dir)
			require.NoError(draw, err)
			p, err := svc.PlanImport(servicetest.Request(), doc, service.PlanOptions{Keep: true})
			require.NoError(draw, err)
			again, err := svc.PlanImport(servicetest.Request(), doc, service.PlanOptions{Keep: true})
			require.NoError(draw, err)
			require.Equal(draw, marshal(draw, p), marshal(draw, again), "the same input at the same moment gives the same bytes")
			if len(p.Problems) > 0 {
				_, err := svc.ApplyPlan(servicetest.Request(), p, service.ApplyOptions{Confirmed: true})
				require.ErrorContains(draw, err, "the plan has problems")
				require.Equal(draw, before, recordsOf(draw, st))
				return
			}
			read, err := governance.ReadPlan([]byte(marshal(draw, p)))
			require.NoError(draw, err)
			done, err := svc.ApplyPlan(servicetest.Request(), read, service.ApplyOptions{Confirmed: true})
			require.NoError(draw, err)
			require.Empty(draw, done.Moved)
			applied++
			after := recordsOf(draw, st)
			require.Equal(draw, marshal(draw, p.Changes), marshal(draw, append([]competency.RecordChange{}, changesBetween(before, after)...)))
			rest, err := svc.PlanImport(servicetest.Request(), doc, service.PlanOptions{})
			require.NoError(draw, err)
			require.Empty(draw, rest.Changes)
			require.Empty(draw, rest.Problems)
			done, err = svc.ApplyPlan(servicetest.Request(), read, service.ApplyOptions{Confirmed: true})
			require.NoError(draw, err)
			require.Equal(draw, len(p.Changes) > 0, done.Done)
			require.Equal(draw, after, recordsOf(draw, st))
		})
	}
	require.Positive(t, applied)
}

func marshal(t require.TestingT, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// movingStore is a store on which something happens right before a change is written.
type movingStore struct {
	store.Store
	before func()
}

func (s *movingStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	return s.Store.Apply(ctx, base, c)
}

// People raise no revision: what becomes of them between the comparison and the write is
// found out all the same.
func TestApplyComparesWithinTheTransaction(t *testing.T) {
	for name, interfere := range map[string]competency.People{
		"the person":  {Employees: []competency.Employee{{Code: "E1", Name: "别名"}}},
		"the mastery": {Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "K1", Mastery: 0.4, AssessedAt: kgtest.Now.Add(-time.Hour)}}},
		"the unit":    {OrgUnits: []competency.OrgUnit{{Code: "U1", Name: "别名"}}},
	} {
		t.Run(name, func(t *testing.T) {
			st := &movingStore{Store: servicetest.MemoryStore(t)}
			svc := servicetest.Open(t, st, &servicetest.Clock{})
			servicetest.Import(t, svc, competency.ChangeSet{Put: competency.Records{
				Catalog: competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "K1", Name: "点"}}},
				People:  competency.People{OrgUnits: []competency.OrgUnit{{Code: "U1", Name: "部"}}, Employees: []competency.Employee{{Code: "E1", Name: "名"}}},
			}})
			p := planTables(t, svc, exchange.Options{}, map[string]string{
				"employees.csv": "code,name\nE1,新名\n", "org_units.csv": "code,name\nU1,新部\n", "mastery.csv": "employee,knowledge_point,mastery\nE1,K1,0.9\n",
			})
			require.Empty(t, p.Problems)
			require.Len(t, p.Changes, 3)
			st.before = func() {
				_, err := st.Store.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{At: kgtest.Now, Put: competency.Records{People: interfere}}})
				require.NoError(t, err)
			}
			done, err := svc.ApplyPlan(servicetest.Request(), p, service.ApplyOptions{})
			require.Equal(t, fault.Conflict, fault.CodeOf(err))
			require.Len(t, done.Moved, 1)
			moved := recordsOf(t, st)
			require.NotEqual(t, "新部", moved.OrgUnits[0].Name, "nothing was written")

			done, err = svc.ApplyPlan(servicetest.Request(), done.Renewed, service.ApplyOptions{})
			require.NoError(t, err)
			require.Empty(t, done.Moved)
			require.Equal(t, "新部", recordsOf(t, st).OrgUnits[0].Name)
		})
	}
}

// A point with evidence, stored or given, is never pruned, and what it names stays.
func TestPointsWithEvidenceAreNotPruned(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, competency.ChangeSet{Put: competency.Records{
		Catalog: competency.Catalog{
			Competencies:    []competency.Competency{{Code: "C1", Name: "项"}, {Code: "C2", Name: "项"}, {Code: "C3", Name: "项"}},
			KnowledgePoints: []competency.KnowledgePoint{{Code: "K1", Name: "点", Competency: "C1"}, {Code: "K2", Name: "点"}, {Code: "K3", Name: "点", Competency: "C2"}, {Code: "K4", Name: "点"}},
		},
		People: competency.People{Employees: []competency.Employee{{Code: "E1", Name: "名"}}},
	}})
	servicetest.Record(t, svc, servicetest.Exam("1", "E1", "K1", 1))
	p := planTables(t, svc, exchange.Options{Prune: true}, map[string]string{
		"competencies.csv": "code,name\nC3,项\n", "knowledge_points.csv": "code,name\nK2,点\n",
		"mastery.csv": "employee,knowledge_point,mastery\nE1,K4,0.5\n",
	})
	var told []string
	for _, problem := range p.Problems {
		told = append(told, problem.Table+" "+problem.Key+": "+problem.Message.EN)
	}
	require.Equal(t, []string{
		`competencies C1: competency "C1" cannot be deleted while it is referred to: K1 (K1 cannot be deleted). Give it, or take these references out`,
		`knowledge_points K1: "K1" cannot be deleted while employees refer to it: E1`,
		`knowledge_points K4: knowledge point "K4" cannot be deleted while it is referred to: E1 / K4. Give it, or take these references out`,
	}, told)
	var deleted []string
	for _, c := range p.Changes {
		if c.Kind == competency.Deleted {
			deleted = append(deleted, c.Key)
		}
	}
	require.Equal(t, []string{"C2", "K3"}, deleted)
}

// Whoever may not edit a record learns nothing of it.
func TestPlansTellNothingOfWhomTheViewerMayNotEdit(t *testing.T) {
	c, _ := openFirm(t, &servicetest.Clock{})
	scope, _ := access.ParseScope("people:write")
	writer := access.Service(access.Identity{Account: "s"}, scope, []string{"SOUTH"})
	messages := map[string]bool{}
	for _, code := range []string{"N1", "NOBODY"} {
		doc := readTables(t, exchange.Options{}, map[string]string{"employees.csv": "code,name,org_unit\n" + code + ",名,NORTH\n"})
		p, err := c.Service.PlanImport(servicetest.As(writer), doc, service.PlanOptions{})
		if err != nil {
			messages[strings.ReplaceAll(err.Error(), code, "X")] = true
			continue
		}
		require.Empty(t, p.Changes)
		require.NotEmpty(t, p.Problems)
		messages[strings.ReplaceAll(marshal(t, p.Problems), code, "X")] = true
	}
	require.Len(t, messages, 1, "%v", messages)
}

// What the viewer may not read is in no plan, and is compared all the same.
func TestSealedValuesAreCompared(t *testing.T) {
	c, _ := openFirm(t, &servicetest.Clock{})
	scope, _ := access.ParseScope("people:write")
	writer := access.Service(access.Identity{Account: "s"}, scope, []string{"SOUTH"})
	doc := readTables(t, exchange.Options{}, map[string]string{"employees.csv": "code,name,targets\nS1,新名,P\n"})
	plan := func() *governance.Plan {
		p, err := c.Service.PlanImport(servicetest.As(writer), doc, service.PlanOptions{Keep: true})
		require.NoError(t, err)
		return p
	}
	p := plan()
	require.NotContains(t, marshal(t, p.Changes), `"Q"`)
	servicetest.Import(t, c.Service, competency.ChangeSet{Put: competency.Records{People: competency.People{Employees: []competency.Employee{{Code: "S1", Targets: []string{"P", "Q"}}}}}})
	done, err := c.Service.ApplyPlan(servicetest.Request(), p, service.ApplyOptions{})
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.Equal(t, "targets", done.Moved[0].Fields[0].Field)
	require.NotContains(t, marshal(t, done.Moved), `"Q"`)

	done, err = c.Service.ApplyPlan(servicetest.As(writer), plan(), service.ApplyOptions{})
	require.NoError(t, err)
	require.Empty(t, done.Moved)
}
