package service_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// openFirm opens a firm of two departments under one, SOUTH and NORTH, with these people:
//
//	BOSS in FIRM; S0 and N0 report to BOSS; S1 to S0; S2 to S1; N1 to S2; N2 to N0.
func openFirm(t *testing.T, clock *servicetest.Clock) (*servicetest.Company, func(code string, grants ...access.Grant) *access.Viewer) {
	t.Helper()
	c := &servicetest.Company{Store: servicetest.MemoryStore(t)}
	c.Service = servicetest.Open(t, c.Store, clock)
	cs := servicetest.World(t, servicetest.SmallCatalog)
	cs.Put.People = competency.People{}
	for _, unit := range []string{"FIRM", "SOUTH FIRM", "NORTH FIRM", "LINE SOUTH", "SHIFT LINE"} {
		var u competency.OrgUnit
		_, _ = fmt.Sscan(unit, &u.Code, &u.Parent)
		u.Name = "部门 " + u.Code
		cs.Put.OrgUnits = append(cs.Put.OrgUnits, u)
	}
	for _, person := range []string{"BOSS FIRM", "S0 SOUTH BOSS", "S1 SOUTH S0", "S2 LINE S1", "N0 NORTH BOSS", "N1 NORTH S2", "N2 NORTH N0"} {
		e := competency.Employee{Position: "P", Targets: []string{"Q"}, Modalities: []competency.Modality{competency.Video}}
		_, _ = fmt.Sscan(person, &e.Code, &e.OrgUnit, &e.Manager)
		e.Name = "员工 " + e.Code
		cs.Put.Employees = append(cs.Put.Employees, e)
	}
	servicetest.Import(t, c.Service, cs)
	return c, func(code string, grants ...access.Grant) *access.Viewer {
		return access.Account(access.Identity{Account: "account-" + code, Name: "账号 " + code}, *c.Person(t, code), grants)
	}
}

func hrOf(unit string) access.Grant { return access.Grant{Role: access.HR, Unit: unit} }

// refusalOf returns the code of what refused an edit, and its field where it has one.
func refusalOf(t *testing.T, o service.Outcome, err error) (code fault.Code, field string) {
	t.Helper()
	switch problems := fault.ProblemsOf(err); {
	case len(problems) > 0:
		return problems[0].Code, problems[0].Field
	case err != nil:
		return fault.CodeOf(err), ""
	case len(o.UserErrors) > 0:
		return o.UserErrors[0].Code, optional.Value(o.UserErrors[0].Field)
	}
	return "", ""
}

func TestEditsOfPeopleAreJudgedInOrder(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	south := account("S1", hrOf("SOUTH"))
	for _, test := range []struct {
		say    string
		viewer *access.Viewer
		edit   competency.Employee
		code   fault.Code
		field  string
	}{
		{"the person first", south, competency.Employee{Code: "N0", Name: "x", Manager: "N9"}, fault.NotFound, "code"},
		{"the right to the field before what is newly named", south, competency.Employee{Code: "S1", Manager: "N9"}, fault.PermissionDenied, "manager"},
		{"the right to another field before what is newly named", account("S0", hrOf("SOUTH")), competency.Employee{Code: "S2", OrgUnit: "NORTH", Manager: "N9"}, fault.PermissionDenied, "org_unit"},
		{"what is newly named before validity", account("BOSS", hrOf("")), competency.Employee{Code: "S0", Manager: "NOBODY", Position: "NONE"}, fault.NotFound, "manager"},
		{"validity at the end", account("BOSS", hrOf("")), competency.Employee{Code: "S0", Manager: "S0"}, fault.Cycle, "manager"},
		{"whoever reports to them counts at any depth", account("S0", hrOf("SOUTH")), competency.Employee{Code: "S1", Clear: competency.FieldManager}, fault.PermissionDenied, "manager"},
		{"a manager outside the unit", account("S0", hrOf("SOUTH"), access.Grant{Role: access.Trainer, Unit: "NORTH"}), competency.Employee{Code: "NEW", Name: "x", OrgUnit: "LINE", Manager: "N2"}, fault.PermissionDenied, "manager"},
		{"an unknown department is told to whoever may move the person", account("S0", hrOf("SOUTH")), competency.Employee{Code: "S2", OrgUnit: "SUOTH"}, fault.NotFound, "orgUnit"},
		{"an own manager", south, competency.Employee{Code: "S0", Name: "x"}, fault.PermissionDenied, "name"},
		{"oneself", south, competency.Employee{Code: "S1", Position: "Q"}, fault.PermissionDenied, "position"},
	} {
		t.Run(test.say, func(t *testing.T) {
			p, err := c.Service.UpsertEmployee(servicetest.As(test.viewer), service.UpsertEmployeeInput{Employee: test.edit})
			code, field := refusalOf(t, p.Outcome, err)
			require.Equal(t, test.code, code)
			require.Equal(t, test.field, field)
		})
	}
}

func TestWhatIsAsStoredIsNoEdit(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	stored := func(code string) competency.Employee {
		page, err := c.Store.Employees(t.Context(), store.EmployeeQuery{Codes: []string{code}})
		require.NoError(t, err)
		return page.Profiles[0].Employee
	}
	self := stored("S1")
	self.Targets = []string{"P"}
	withManager := func(code, manager string) competency.Employee {
		return competency.Employee{Code: code, Manager: manager}
	}
	clearing := func(code string) competency.Employee {
		return competency.Employee{Code: code, Clear: competency.FieldManager}
	}
	trainer := account("N2", access.Grant{Role: access.Trainer, Unit: "LINE"})
	for _, test := range []struct {
		say    string
		viewer *access.Viewer
		edit   competency.Employee
		code   fault.Code
	}{
		{"one's own record with other targets", account("S1"), self, ""},
		{"one's own manager, whom one sees", account("S1"), withManager("S1", "S0"), ""},
		{"another manager", account("S1"), withManager("S1", "BOSS"), fault.PermissionDenied},
		{"to clear one's own manager, where there is none", account("BOSS"), clearing("BOSS"), ""},
		{"to clear someone's, where whoever it was would be seen", account("N2", access.Grant{Role: access.Auditor}), clearing("BOSS"), ""},
		{"to clear someone's, where that would tell whether there is one", account("N2", access.Grant{Role: access.Trainer, Unit: "NORTH"}), clearing("BOSS"), fault.PermissionDenied},
		{"targets that the viewer reads", trainer, competency.Employee{Code: "S2", Targets: []string{"Q"}}, ""},
		{"targets that the viewer may not read", account("S1"), competency.Employee{Code: "S0", Targets: []string{"Q"}}, fault.PermissionDenied},
		{"modalities that the viewer may not read", account("S1"), competency.Employee{Code: "S0", Modalities: []competency.Modality{competency.Video}}, fault.PermissionDenied},
		{"the name of an own manager", account("S1"), competency.Employee{Code: "S0", Name: "员工 S0"}, ""},
	} {
		t.Run(test.say, func(t *testing.T) {
			p, err := c.Service.UpsertEmployee(servicetest.As(test.viewer), service.UpsertEmployeeInput{Employee: test.edit})
			code, _ := refusalOf(t, p.Outcome, err)
			require.Equal(t, test.code, code)
		})
	}
}

func TestDeletionClearsTheManager(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	managers := func() map[string]string {
		page, err := c.Store.Employees(t.Context(), store.EmployeeQuery{})
		require.NoError(t, err)
		found := map[string]string{}
		for _, p := range page.Profiles {
			found[p.Employee.Code] = p.Employee.Manager
		}
		return found
	}
	remove := func(v *access.Viewer, code string) fault.Code {
		p, err := c.Service.Delete(servicetest.As(v), competency.Employees, service.DeleteInput{Code: code})
		refused, _ := refusalOf(t, p.Outcome, err)
		return refused
	}
	south := account("S0", hrOf("SOUTH"))
	require.Equal(t, fault.PermissionDenied, remove(south, "S1"), "one of those who report to S1 is not in the unit")
	require.Equal(t, fault.NotFound, remove(south, "N2"))
	require.Equal(t, fault.PermissionDenied, remove(south, "S0"), "nobody deletes oneself")
	north := account("N2", hrOf("NORTH"))
	require.Equal(t, fault.PermissionDenied, remove(north, "N0"), "an own manager")
	require.Empty(t, remove(account("BOSS", hrOf("")), "S1"))
	require.Equal(t, map[string]string{"BOSS": "", "S0": "BOSS", "S2": "", "N0": "BOSS", "N1": "S2", "N2": "N0"}, managers())

	var cs competency.ChangeSet // of several, one of whom is put too
	cs.Delete.Employees = []competency.Employee{{Code: "BOSS"}, {Code: "S0"}}
	cs.Put.Employees = []competency.Employee{{Code: "N0", Name: "改名"}}
	servicetest.Import(t, c.Service, cs)
	require.Equal(t, map[string]string{"S2": "", "N0": "", "N1": "S2", "N2": "N0"}, managers())
}

func TestBeforeValuesThatMayNotBeReadAreToldAsChanged(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	scope, _ := access.ParseScope("people:write")
	writer := access.Service(access.Identity{Account: "s"}, scope, []string{"SOUTH"})
	for _, test := range []struct {
		viewer *access.Viewer
		edit   competency.Employee
		before []any
	}{
		{writer, competency.Employee{Code: "S1", Name: "新名", Targets: []string{"P"}}, []any{"员工 S1", competency.HiddenValue("")}},
		{account("S0", hrOf("SOUTH")), competency.Employee{Code: "S2", Targets: []string{"P"}}, []any{[]string{"Q"}}},
	} {
		var cs competency.ChangeSet
		cs.Put.Employees = []competency.Employee{test.edit}
		done, err := c.Service.Import(servicetest.As(test.viewer), cs, true)
		require.NoError(t, err)
		var before []any
		for _, f := range done.Changes[0].Fields {
			before = append(before, f.Before)
		}
		require.Equal(t, test.before, before)
	}
}

func TestChangesTellOfClearedManagers(t *testing.T) {
	c, _ := openFirm(t, &servicetest.Clock{})
	var cs competency.ChangeSet
	cs.Delete.Employees = []competency.Employee{{Code: "S1"}}
	done, err := c.Service.Import(servicetest.Request(), cs, true)
	require.NoError(t, err)
	require.Equal(t, []competency.RecordChange{{Kind: competency.Changed, Table: competency.Employees, Key: "S2", Fields: competency.FieldChanges{{Field: "manager", Before: "S1"}}}}, done.Changes)
}

// stubAccounts are accounts of which one employee's has a grant, which is for one department.
type stubAccounts struct{ employee, unit string }

func (s stubAccounts) Companions(_ context.Context, cs competency.ChangeSet) (list []store.Document, err error) {
	for _, e := range cs.Delete.Employees {
		list = append(list, store.Document{Kind: "test", ID: e.Code, Body: "{}"})
	}
	return list, nil
}

func (s stubAccounts) HasGrant(_ context.Context, employee string) (bool, error) {
	return employee == s.employee, nil
}

func (s stubAccounts) GrantsOf(_ context.Context, unit string) (int, error) {
	if unit == s.unit {
		return 1, nil
	}
	return 0, nil
}

func TestDeletionsHeedAccounts(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	c.Service.Catalog.SetAccounts(stubAccounts{employee: "N1", unit: "SHIFT"})
	remove := func(v *access.Viewer, record, code string) (fault.Code, string) {
		p, err := c.Service.Delete(servicetest.As(v), record, service.DeleteInput{Code: code})
		return refusalOf(t, p.Outcome, err)
	}
	code, _ := remove(account("N0", hrOf("NORTH")), competency.Employees, "N1")
	require.Equal(t, fault.PermissionDenied, code, "whose account has a grant is deleted by HR of the whole firm")
	code, _ = remove(account("N0", hrOf("NORTH")), competency.Employees, "N2")
	require.Empty(t, code)
	code, _ = remove(account("BOSS", hrOf("")), competency.Employees, "N1")
	require.Empty(t, code)
	documents, err := c.Store.Documents(t.Context(), store.DocumentQuery{Kind: "test"})
	require.NoError(t, err)
	require.Len(t, documents, 2, "companions are written together with the deletions")
	for _, v := range []*access.Viewer{account("BOSS", hrOf("")), access.System()} {
		code, field := remove(v, competency.OrgUnits, "SHIFT")
		require.Equal(t, fault.Conflict, code)
		require.Equal(t, "code", field)
	}
	c.Service.Catalog.SetAccounts(stubAccounts{})
	code, _ = remove(account("S0", hrOf("SOUTH")), competency.OrgUnits, "SHIFT")
	require.Empty(t, code)
}

func TestEditsOfDepartments(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	south, nobody := account("S0", hrOf("SOUTH")), account("S0", access.Grant{Role: access.Manager})
	for _, test := range []struct {
		say    string
		viewer *access.Viewer
		edit   competency.OrgUnit
		code   fault.Code
	}{
		{"a new one beneath the granted one", south, competency.OrgUnit{Code: "NEW1", Name: "x", Parent: "SOUTH"}, ""},
		{"a new one beneath that", south, competency.OrgUnit{Code: "NEW2", Name: "x", Parent: "NEW1"}, ""},
		{"a new one elsewhere", south, competency.OrgUnit{Code: "NEW3", Name: "x", Parent: "NORTH"}, fault.PermissionDenied},
		{"a new root", south, competency.OrgUnit{Code: "NEW3", Name: "x"}, fault.PermissionDenied},
		{"the granted one's name", south, competency.OrgUnit{Code: "SOUTH", Name: "新名"}, ""},
		{"the granted one's parent", south, competency.OrgUnit{Code: "SOUTH", Parent: "NORTH"}, fault.PermissionDenied},
		{"a move within", south, competency.OrgUnit{Code: "SHIFT", Parent: "SOUTH"}, ""},
		{"a move out", south, competency.OrgUnit{Code: "SHIFT", Parent: "NORTH"}, fault.PermissionDenied},
		{"a root of what was beneath", south, competency.OrgUnit{Code: "SHIFT", Clear: competency.FieldParent}, fault.PermissionDenied},
		{"what is as stored", south, competency.OrgUnit{Code: "NORTH", Name: "部门 NORTH", Parent: "FIRM"}, ""},
		{"what is as stored, by whoever edits none", nobody, competency.OrgUnit{Code: "NORTH", Name: "部门 NORTH", Parent: "FIRM"}, fault.PermissionDenied},
		{"an unknown parent", south, competency.OrgUnit{Code: "NEW3", Name: "x", Parent: "SUOTH"}, fault.NotFound},
		{"an unknown parent, by whoever edits none", nobody, competency.OrgUnit{Code: "NEW3", Name: "x", Parent: "SUOTH"}, fault.PermissionDenied},
		{"a root by the whole firm", account("BOSS", hrOf("")), competency.OrgUnit{Code: "NEW3", Name: "x"}, ""},
	} {
		t.Run(test.say, func(t *testing.T) {
			p, err := c.Service.UpsertOrgUnit(servicetest.As(test.viewer), service.UpsertOrgUnitInput{OrgUnit: test.edit})
			code, _ := refusalOf(t, p.Outcome, err)
			require.Equal(t, test.code, code)
		})
	}
	t.Run("a department and who is in it, in one set", func(t *testing.T) {
		var cs competency.ChangeSet
		cs.Put.OrgUnits = []competency.OrgUnit{{Code: "TEAM", Name: "x", Parent: "LINE"}}
		cs.Put.Employees = []competency.Employee{{Code: "T1", Name: "x", OrgUnit: "TEAM", Manager: "T2"}, {Code: "T2", Name: "x", OrgUnit: "TEAM", Manager: "S1"}, {Code: "S2", OrgUnit: "TEAM"}}
		_, err := c.Service.Import(servicetest.As(south), cs, true)
		require.NoError(t, err)
		cs.Put.OrgUnits[0].Parent = "NORTH"
		_, err = c.Service.Import(servicetest.As(south), cs, true)
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
		require.Len(t, fault.ProblemsOf(err), 4, "all that is refused is told, with its place")
	})
}

func TestTakenCodesAreToldSeldom(t *testing.T) {
	clock := &servicetest.Clock{}
	c, account := openFirm(t, clock)
	create := func(v *access.Viewer, code string, mode service.UpsertMode) fault.Code {
		p, err := c.Service.UpsertEmployee(servicetest.As(v), service.UpsertEmployeeInput{Employee: competency.Employee{Code: code, Name: "x", OrgUnit: "LINE"}, Mode: mode})
		refused, _ := refusalOf(t, p.Outcome, err)
		return refused
	}
	require.Equal(t, fault.PermissionDenied, create(account("S1"), "N2", service.CreateOnly), "the right to create is judged before the code")
	require.Equal(t, fault.PermissionDenied, create(account("S1"), "FREE", service.CreateOnly))
	require.Equal(t, fault.PermissionDenied, create(account("N0", hrOf("NORTH")), "S2", service.CreateOnly))

	south := account("S0", hrOf("SOUTH"))
	for i := range 20 {
		require.Equal(t, fault.Conflict, create(south, "N2", []service.UpsertMode{service.CreateOnly, service.EditOrCreate}[i%2]))
	}
	require.Equal(t, fault.LimitExceeded, create(south, "N2", service.CreateOnly))
	require.Equal(t, fault.LimitExceeded, create(south, "FREE", service.CreateOnly), "else the limit would tell whether a code is taken")
	require.Empty(t, create(account("S1", hrOf("SOUTH")), "FREE1", service.CreateOnly), "another account")
	require.Equal(t, fault.Conflict, create(south, "S2", service.CreateOnly), "someone whom the viewer sees")
	clock.Advance(24 * time.Hour)
	require.Equal(t, fault.Conflict, create(south, "N2", service.CreateOnly))
	require.Empty(t, create(south, "FREE", service.CreateOnly))
	require.Equal(t, fault.Conflict, create(account("BOSS", hrOf("")), "N2", service.CreateOnly), "who sees everyone may be told as often as they like")
}

func TestRefusalsNameVisiblePeople(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	servicetest.RecordExam(t, c.Service, "1", "N1", "D", 1)
	expert := access.Grant{Role: access.Expert}
	for _, test := range []struct {
		say          string
		viewer       *access.Viewer
		record, code string
		says         string
	}{
		{"everyone", account("BOSS", hrOf(""), expert), competency.Positions, "P", "BOSS, N0, N1, N2, S0 … (7)"},
		{"some", account("N2", expert, hrOf("LINE")), competency.Positions, "P", "BOSS, N0, N2, S1, S2 and others"},
		{"those of evidence", account("N2", expert), competency.KnowledgePoints, "D", "employees refer to it: others"},
		{"those of a department", account("S0", hrOf("FIRM"), expert), competency.OrgUnits, "LINE", "employees refer to it: S2"},
	} {
		t.Run(test.say, func(t *testing.T) {
			p, err := c.Service.Delete(servicetest.As(test.viewer), test.record, service.DeleteInput{Code: test.code})
			require.NoError(t, err)
			require.NotEmpty(t, p.UserErrors)
			said := ""
			for _, e := range p.UserErrors {
				said += e.Message + "\n"
			}
			require.Contains(t, said, test.says)
		})
	}
}

func TestHistoryNamesTheAccount(t *testing.T) {
	c, account := openFirm(t, &servicetest.Clock{})
	p, err := c.Service.UpsertPosition(servicetest.As(account("BOSS", access.Grant{Role: access.Expert})), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "新名"}})
	requireAccepted(t, p.Outcome, err)
	var authors []string
	for publication, err := range c.Store.History(t.Context(), store.HistoryQuery{}) {
		require.NoError(t, err)
		authors = append(authors, publication.Author)
	}
	require.Equal(t, []string{access.SystemAccount, "account-BOSS"}, authors, "and no name, which would outlive the person")
}

// The system imports whole companies, and pays nothing for permissions.
func TestTheSystemReadsNothingForPermissions(t *testing.T) {
	var calls servicetest.StoreCalls
	svc := servicetest.Open(t, calls.Watch(servicetest.MemoryStore(t)), &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	edit := service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Name: "新名", OrgUnit: "HQ"}}
	readsOf := func(v *access.Viewer) []string {
		calls.Take()
		p, err := svc.UpsertEmployee(servicetest.As(v), edit)
		requireAccepted(t, p.Outcome, err)
		return calls.Take()
	}
	system := readsOf(access.System())
	everything, _ := access.ParseScope("people:write")
	require.Equal(t, system, readsOf(access.Service(access.Identity{Account: "s"}, everything, nil)), "nor does a service of the whole firm")
	hr := access.Account(access.Identity{Account: "hr"}, access.Person{Code: "E2"}, []access.Grant{{Role: access.HR}})
	require.Len(t, readsOf(hr), len(system)+2, "the people of the set, and the departments")
}
