package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

const unknownEmployee = "E999"

// dryRun returns how edits of people are refused, by their place among the edits: the
// codes PERMISSION_DENIED and NOT_FOUND, and nothing for what permissions do not refuse.
func dryRun(t *testing.T, svc *service.Service, v *access.Viewer, edits []competency.Employee) map[int]string {
	_, err := svc.Import(servicetest.As(v), competency.ChangeSet{Put: competency.Records{People: competency.People{Employees: edits}}}, true)
	refused := map[int]string{}
	names := map[fault.Code]string{fault.PermissionDenied: "denied", fault.NotFound: "not_found"}
	problems := fault.ProblemsOf(err)
	if err != nil && len(problems) == 0 {
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err), err)
		for i := range edits {
			refused[i] = "denied"
		}
	}
	for _, p := range problems {
		if name := names[p.Code]; name != "" {
			refused[p.Index] = name
		}
	}
	return refused
}

// caseEdit returns the edit that a worked case is about, and whether it changes anything.
func caseEdit(op string, e competency.Employee) (edit competency.Employee, changes bool) {
	edit.Code = e.Code
	name, arg, _ := strings.Cut(op, ":")
	switch name {
	case "name":
		edit.Name = "新名"
		return edit, true
	case "targets":
		edit.Targets = []string{"岗位-0", "岗位-1"}
		return edit, !slices.Equal(edit.Targets, e.Targets)
	case "move":
		edit.OrgUnit = arg
		return edit, arg != e.OrgUnit
	case "manager":
		edit.Manager = arg
		return edit, arg != e.Manager
	case "clear":
		edit.Clear = competency.FieldManager
		return edit, e.Manager != ""
	}
	panic(op)
}

// TestWorkedCasesOfEdits makes every edit of the worked cases through the service.
func TestWorkedCasesOfEdits(t *testing.T) {
	for _, folder := range servicetest.CompanyFolders(t) {
		c := servicetest.OpenCompany(t, folder, &servicetest.Clock{})
		answers := map[string]struct {
			Edit  map[string]map[string]string
			Clear map[string]string
		}{}
		c.ReadJSON(t, "answers.json", &answers)
		subjects := append(slices.Clone(c.Employees), competency.Employee{Code: unknownEmployee})
		compared := 0
		for _, given := range c.Viewers {
			t.Run(filepath.Base(folder)+"/"+given.ID, func(t *testing.T) {
				v := c.Viewer(t, given.ID)
				ops := answers[given.ID].Edit
				ops["clear"] = answers[given.ID].Clear
				for op, want := range ops {
					if unit, isCreation := strings.CutPrefix(op, "create:"); isCreation {
						refused := dryRun(t, c.Service, v, []competency.Employee{{Code: "NEW", Name: "新人", OrgUnit: unit}})
						require.Equal(t, want["-"], outcomeOf(refused, 0), op)
						compared++
						continue
					}
					var edits []competency.Employee
					var wanted []string
					for _, e := range subjects {
						edit, changes := caseEdit(op, e)
						creates := e.Code == unknownEmployee && v.DecideCreate(nil) == access.Allowed
						if changes && !creates {
							edits, wanted = append(edits, edit), append(wanted, want[e.Code])
						}
					}
					refused := dryRun(t, c.Service, v, edits)
					for i, e := range edits {
						require.Equal(t, wanted[i], outcomeOf(refused, i), "%s %s", op, e.Code)
						compared++
					}
				}
			})
		}
		require.Greater(t, compared, 10_000)
	}
}

func outcomeOf(refused map[int]string, i int) string {
	if outcome := refused[i]; outcome != "" {
		return outcome
	}
	return "allow"
}

// answer makes one mutation and returns everything that it tells.
type mutation func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error)

// mutationsOf are mutations about an employee, none of which creates one.
var mutationsOf = map[string]mutation{
	"nothing": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: code}})
		return p.Outcome, err
	},
	"name": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: code, Name: "新名"}})
		return p.Outcome, err
	},
	"move": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: code, OrgUnit: "D3"}})
		return p.Outcome, err
	},
	"as manager": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E020", Manager: code}})
		return p.Outcome, err
	},
	"clear": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: code, Clear: competency.FieldManager}})
		return p.Outcome, err
	},
	"assign": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.AssignPosition(ctx, service.AssignPositionInput{Employee: code, Position: "岗位-1", Targets: []string{"no such position"}})
		return p.Outcome, err
	},
	"assess": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.SetMastery(ctx, service.SetMasteryInput{Employee: code, KnowledgePoint: "KP-1", Mastery: 0.5})
		return p.Outcome, err
	},
	"delete": func(ctx context.Context, svc *service.Service, code string) (service.Outcome, error) {
		p, err := svc.Delete(ctx, competency.Employees, service.DeleteInput{Code: code})
		return p.Outcome, err
	},
}

// toldBy returns all that a mutation tells, with a code blacked out.
func toldBy(t *testing.T, m mutation, svc *service.Service, v *access.Viewer, code string) string {
	outcome, err := m(servicetest.As(v), svc, code)
	var refused *fault.Error
	if err != nil {
		require.True(t, errors.As(err, &refused), err)
	}
	told, err := json.Marshal(map[string]any{"outcome": outcome, "error": refused})
	require.NoError(t, err)
	return strings.ReplaceAll(string(told), code, "____")
}

// What is told of someone whom the viewer may not see is told of an unknown code too, byte
// for byte.
func TestEditsOfInvisiblePeopleAreThoseOfNobody(t *testing.T) {
	for _, folder := range servicetest.CompanyFolders(t) {
		c := servicetest.OpenCompany(t, folder, &servicetest.Clock{})
		compared := 0
		for _, given := range c.Viewers {
			v := c.Viewer(t, given.ID)
			var invisible []string
			for i := 0; i < len(c.Employees); i += 4 {
				code := c.Employees[i].Code
				if v.DecidePerson(access.Card, c.Person(t, code)) != access.Allowed && code != "E020" {
					invisible = append(invisible, code)
				}
			}
			for name, m := range mutationsOf {
				for _, code := range invisible {
					require.Equal(t, toldBy(t, m, c.Service, v, unknownEmployee), toldBy(t, m, c.Service, v, code), "%s %s %s", given.ID, name, code)
					compared++
				}
			}
		}
		require.Greater(t, compared, 500)
	}
}
