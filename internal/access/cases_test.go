package access

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

	"github.com/zhitu/zhitu/internal/competency"
)

// company is a firm of the worked cases.
type company struct {
	people map[string]*Person
	codes  []string
	parent map[string]string
	below  map[string][]*Person
}

func readCSV(t *testing.T, path string) []map[string]string {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var all []map[string]string
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, name := range rows[0] {
			r[strings.TrimPrefix(name, "\ufeff")] = row[i]
		}
		all = append(all, r)
	}
	return all
}

func (c *company) unitsOf(code string) (units []string) {
	for ; code != "" && !slices.Contains(units, code); code = c.parent[code] {
		units = append(units, code)
	}
	return units
}

func readCompany(t *testing.T, folder string) *company {
	c := &company{people: map[string]*Person{}, parent: map[string]string{}, below: map[string][]*Person{}}
	for _, r := range readCSV(t, filepath.Join(folder, "org_units.csv")) {
		c.parent[r["code"]] = r["parent"]
	}
	manager := map[string]string{}
	rows := readCSV(t, filepath.Join(folder, "employees.csv"))
	for _, r := range rows {
		c.people[r["code"]] = &Person{Code: r["code"], Units: c.unitsOf(r["org_unit"])}
		c.codes = append(c.codes, r["code"])
		manager[r["code"]] = r["manager"]
	}
	for _, code := range c.codes {
		p := c.people[code]
		for m := manager[code]; m != "" && m != code && !slices.Contains(p.Managers, m); m = manager[m] {
			p.Managers = append(p.Managers, m)
			c.below[m] = append(c.below[m], p)
		}
		if boss, ok := c.people[manager[code]]; ok {
			boss.ReportUnits = append(boss.ReportUnits, p.Units...)
		}
	}
	return c
}

type caseViewer struct {
	ID, Kind string
	Employee *string
	Grants   []struct {
		Role string
		Unit *string
	}
	Scopes []string
	Units  []string
}

func (c *company) viewer(given caseViewer) *Viewer {
	var self Person
	if given.Employee != nil {
		self = *c.people[*given.Employee]
	}
	var grants []Grant
	for _, g := range given.Grants {
		role, _ := ParseRole(g.Role)
		grant := Grant{Role: role}
		if g.Unit != nil {
			grant.Unit = *g.Unit
		}
		grants = append(grants, grant)
	}
	var scopes Scopes
	for _, s := range given.Scopes {
		scope, _ := ParseScope(s)
		scopes |= scope
	}
	switch v := Account(Identity{}, self, grants); given.Kind {
	case "service":
		return Service(Identity{}, scopes, given.Units)
	case "personal-token":
		return PersonalToken(v, "", scopes, given.Units)
	default:
		return v
	}
}

var outcomeNames = map[Outcome]string{Denied: "denied", NotFound: "not_found", Allowed: "allow", AllowedAsSelf: "self"}

type caseAnswers struct {
	Fields    map[string]json.RawMessage
	List      json.RawMessage
	Aggregate map[string]string
	Record    map[competency.EvidenceKind]map[string]string
	Edit      map[string]map[string]string
	Retract   map[competency.EvidenceKind]map[string]map[string]string
	Clear     map[string]string
}

// TestWorkedCases compares every outcome with the worked answers.
func TestWorkedCases(t *testing.T) {
	folders, err := filepath.Glob("testdata/company-*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		c := readCompany(t, folder)
		var viewers []caseViewer
		answers := map[string]caseAnswers{}
		readJSON(t, filepath.Join(folder, "viewers.json"), &viewers)
		readJSON(t, filepath.Join(folder, "answers.json"), &answers)
		for _, given := range viewers {
			t.Run(filepath.Base(folder)+"/"+given.ID, func(t *testing.T) {
				v := c.viewer(given)
				want := answers[given.ID]
				require.NotEmpty(t, want.Fields)
				require.Empty(t, differences(t, c, v, want))
			})
		}
	}
}

func readJSON(t *testing.T, path string, to any) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, to))
}

// differences says where decisions are not as worked out.
func differences(t *testing.T, c *company, v *Viewer, want caseAnswers) (different []string) {
	actions := map[string]Action{}
	for a := range rules {
		actions[rules[a].name] = Action(a)
	}
	check := func(what, wanted string, got Outcome) {
		if outcomeNames[got] != wanted {
			different = append(different, fmt.Sprintf("%s: %s, not %s", what, outcomeNames[got], wanted))
		}
	}
	for class, raw := range want.Fields {
		a, ok := actions[class]
		require.True(t, ok, class)
		var one string
		if json.Unmarshal(raw, &one) == nil {
			check(class, one, v.Decide(a))
			continue
		}
		var each map[string]string
		require.NoError(t, json.Unmarshal(raw, &each))
		for code, wanted := range each {
			check(class+" "+code, wanted, v.DecidePerson(a, c.people[code]))
		}
	}
	var list []string
	if err := json.Unmarshal(want.List, &list); err == nil {
		got := []string{}
		for _, code := range c.codes {
			if v.DecidePerson(PeopleList, c.people[code]) == Allowed {
				got = append(got, code)
			}
		}
		if !slices.Equal(list, got) {
			different = append(different, fmt.Sprintf("list: %v, not %v", got, list))
		}
	} else if v.hasScope(&rules[PeopleList]) {
		different = append(different, "list: not denied")
	}
	for u, wanted := range want.Aggregate {
		var g Group
		switch head, isLine := strings.CutPrefix(u, "line:"); {
		case u == "*":
			g.Kind = WholeFirm
		case u == "-":
			g = Group{Kind: AnyGroup, Members: v.Members(c.below[v.self.Code])}
		case isLine:
			g = Group{Kind: LineGroup, Head: c.people[head], Members: v.Members(c.below[head])}
		default:
			g = Group{Kind: DepartmentGroup, Units: c.unitsOf(u)}
		}
		check("AGGREGATE "+u, wanted, v.DecideAggregate(g))
	}
	for kind, each := range want.Record {
		for code, wanted := range each {
			check("RECORD "+string(kind)+" "+code, wanted, v.DecideRecord(kind, c.people[code]))
		}
	}
	for kind, each := range want.Retract {
		for code, by := range each {
			for name, recorder := range map[string]Recorder{"own": RecordedBySelf, "other": RecordedByOther, "old": RecordedByNone} {
				check("RETRACT "+string(kind)+" "+code+" "+name, by[name], v.DecideRetract(kind, recorder, c.people[code]))
			}
		}
	}
	for op, each := range want.Edit {
		name, arg, _ := strings.Cut(op, ":")
		for code, wanted := range each {
			e := PersonEdit{Reports: c.below[code]}
			switch name {
			case "create":
				check(op, wanted, v.DecideCreate(c.unitsOf(arg)))
				continue
			case "name":
			case "targets":
				e.Field = Preferences
			case "move":
				e.Field, e.Units = Department, c.unitsOf(arg)
			case "manager":
				e.Field, e.NamesManager, e.Manager = ManagedBy, true, c.people[arg]
			default:
				require.Fail(t, op)
			}
			check("EDIT "+op+" "+code, wanted, v.DecideEdit(e, c.people[code]))
		}
	}
	for code, wanted := range want.Clear {
		check("CLEAR "+code, wanted, v.DecideEdit(PersonEdit{Field: ManagedBy, Reports: c.below[code]}, c.people[code]))
	}
	return different
}

// Whoever may edit, assess or record anything may bring it in files, and nobody else.
func TestImportIsForWhoeverMayEdit(t *testing.T) {
	folders, err := filepath.Glob("testdata/company-*")
	require.NoError(t, err)
	for _, folder := range folders {
		c := readCompany(t, folder)
		var viewers []caseViewer
		answers := map[string]caseAnswers{}
		readJSON(t, filepath.Join(folder, "viewers.json"), &viewers)
		readJSON(t, filepath.Join(folder, "answers.json"), &answers)
		seen := map[bool]bool{}
		for _, given := range viewers {
			want := answers[given.ID]
			edits := slices.ContainsFunc([]string{"EDIT_CATALOG", "EDIT_RESOURCE", "EDIT_POSITION"}, func(class string) bool {
				return string(want.Fields[class]) == `"allow"`
			})
			for _, each := range want.Edit {
				for _, outcome := range each {
					edits = edits || outcome == "allow"
				}
			}
			for _, each := range want.Record {
				for _, outcome := range each {
					edits = edits || outcome == "allow"
				}
			}
			seen[edits] = true
			require.Equal(t, allowedIf(edits), c.viewer(given).Decide(Import), "%s/%s", folder, given.ID)
		}
		require.Len(t, seen, 2, folder)
	}
}
