package servicetest

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

// CompanyFolders returns the folders of the worked cases of permissions, for a package
// right below internal.
func CompanyFolders(t testing.TB) []string {
	t.Helper()
	folders, err := filepath.Glob("../access/testdata/company-*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	return folders
}

// Company is a firm with people who have roles: a worked case of permissions.
type Company struct {
	Service   *service.Service
	Store     store.Store
	Employees []competency.Employee
	Viewers   []CompanyViewer
	folder    string
}

// CompanyViewer is one who asks.
type CompanyViewer struct {
	ID, Kind string
	Employee *string
	Grants   []struct {
		Role string
		Unit *string
	}
	Scopes []string
	Units  []string
}

// OpenCompany imports the firm of a folder into a new store in memory.
func OpenCompany(t testing.TB, folder string, clock *Clock) *Company {
	t.Helper()
	c := &Company{Store: MemoryStore(t), folder: folder}
	c.Service = Open(t, c.Store, clock)
	var cs competency.ChangeSet
	for _, r := range readTable(t, filepath.Join(folder, "positions.csv")) {
		cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: r["code"], Name: r["name"]})
	}
	for _, r := range readTable(t, filepath.Join(folder, "org_units.csv")) {
		cs.Put.OrgUnits = append(cs.Put.OrgUnits, competency.OrgUnit{Code: r["code"], Name: r["name"], Parent: r["parent"]})
	}
	for _, r := range readTable(t, filepath.Join(folder, "employees.csv")) {
		e := competency.Employee{
			Code: r["code"], Name: r["name"], OrgUnit: r["org_unit"], Position: r["position"], Manager: r["manager"],
			Targets: strings.FieldsFunc(r["targets"], func(r rune) bool { return r == ';' }),
		}
		for m := range strings.FieldsFuncSeq(r["modalities"], func(r rune) bool { return r == ';' }) {
			e.Modalities = append(e.Modalities, competency.Modality(m))
		}
		c.Employees = append(c.Employees, e)
	}
	cs.AsStored = true // managers may form a ring
	cs.Put.Employees = slices.Clone(c.Employees)
	cs.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: "KP-1", Name: "知识点"}}
	Import(t, c.Service, cs)
	c.ReadJSON(t, "viewers.json", &c.Viewers)
	return c
}

// ReadJSON reads a file of the folder.
func (c *Company) ReadJSON(t testing.TB, name string, to any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.folder, name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, to))
}

func readTable(t testing.TB, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, row := range table[1:] {
		r := map[string]string{}
		for i, name := range table[0] {
			r[strings.TrimPrefix(name, "\ufeff")] = row[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// Person returns where an employee of the firm stands now.
func (c *Company) Person(t testing.TB, code string) *access.Person {
	t.Helper()
	page, err := c.Store.Employees(context.Background(), store.EmployeeQuery{Codes: []string{code}, Lines: true})
	require.NoError(t, err)
	if len(page.Profiles) == 0 {
		return nil
	}
	lines := page.Profiles[0].Lines
	return &access.Person{Code: code, Units: lines.Units, Managers: lines.Managers, ReportUnits: lines.ReportUnits}
}

// Viewer returns one who asks, by what the cases call them.
func (c *Company) Viewer(t testing.TB, id string) *access.Viewer {
	t.Helper()
	at := slices.IndexFunc(c.Viewers, func(v CompanyViewer) bool { return v.ID == id })
	require.GreaterOrEqual(t, at, 0, id)
	given := c.Viewers[at]
	var self access.Person
	if given.Employee != nil {
		self = *c.Person(t, *given.Employee)
	}
	var grants []access.Grant
	for _, g := range given.Grants {
		role, known := access.ParseRole(g.Role)
		require.True(t, known)
		grant := access.Grant{Role: role}
		if g.Unit != nil {
			grant.Unit = *g.Unit
		}
		grants = append(grants, grant)
	}
	var scopes access.Scopes
	for _, name := range given.Scopes {
		scope, known := access.ParseScope(name)
		require.True(t, known)
		scopes |= scope
	}
	identity := access.Identity{Account: "account-" + id, Name: id}
	v := access.Account(identity, self, grants)
	switch given.Kind {
	case "service":
		return access.Service(identity, scopes, given.Units)
	case "personal-token":
		return access.PersonalToken(v, "token-"+id, scopes, given.Units)
	}
	return v
}

// As returns a context for one request of a viewer.
func As(v *access.Viewer) context.Context {
	return catalog.BeginRequest(access.WithViewer(context.Background(), v), fault.English)
}
