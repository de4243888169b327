package service_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestExportMeTellsEverythingOfOneself(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	peer := servicetest.Exam("peer", "E1", "B", 0.75)
	peer.Kind, peer.Source, peer.Item = competency.PeerRating, "E3", "=1+1"
	require.Empty(t, servicetest.Record(t, w.Service, peer).UserErrors)
	ctx := audit.Begin(servicetest.As(w.viewer("E1")), audit.Request{})
	export, err := w.ExportMe(ctx)
	require.NoError(t, err)
	require.NoError(t, w.Audit.Commit(ctx))

	var data struct {
		Employee   struct{ Code, Name, Manager string }
		States     []struct{ KnowledgePoint string }
		Evidence   []struct{ ID, Source string }
		Statements []struct{ ID, Statement string }
		Account    struct{ Login string }
		Sessions   []map[string]any
		Looks      []struct{ By, Action, Verb string }
	}
	require.NoError(t, json.Unmarshal([]byte(export.JSON), &data))
	require.Equal(t, "E1", data.Employee.Code)
	require.Len(t, data.States, 2)
	require.Len(t, data.Evidence, 2)
	for _, e := range data.Evidence {
		require.NotEqual(t, "E3", e.Source, "of a peer")
	}
	ids := []string{}
	for _, s := range data.Statements {
		ids = append(ids, s.ID)
	}
	require.ElementsMatch(t, []string{uuid(3), uuid(5)}, ids)
	require.Equal(t, "chen.xiaoyu", data.Account.Login)
	require.NotEmpty(t, data.Sessions)
	require.Contains(t, data.Looks, struct{ By, Action, Verb string }{w.hr.Account, "LEARNER", "read"})
	require.NotContains(t, export.JSON, "hash")

	files := map[string][][]string{}
	for _, f := range export.Files {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(f.Text, "\ufeff"))).ReadAll()
		require.NoError(t, err, f.Name)
		files[f.Name] = rows
	}
	require.Len(t, files, 12)
	require.Len(t, files["evidence.csv"], 3)
	require.Equal(t, "E1", files["employee.csv"][1][0])
	all, err := json.Marshal(files["evidence.csv"])
	require.NoError(t, err)
	require.Contains(t, string(all), `"'=1+1"`, "no formula")
}

func TestOnlyPeopleExportTheirData(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	for name, v := range map[string]*access.Viewer{
		"system": access.System(), "service": access.Service(access.Identity{}, ^access.Scopes(0), nil),
		"personal token": access.PersonalToken(w.hr, "t", ^access.Scopes(0), nil), "no link": access.Account(access.Identity{}, access.Person{}, []access.Grant{{Role: access.Admin}}),
	} {
		_, err := w.ExportMe(servicetest.As(v))
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err), name)
	}
}

// Where several people have one name, a statement that has the name alone is told to nobody.
func TestExportMeWithANamesake(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	_, err := w.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E4", Name: "陈晓雨"}})
	require.NoError(t, err)
	export, err := w.ExportMe(servicetest.As(w.viewer("E1")))
	require.NoError(t, err)
	require.Contains(t, export.JSON, uuid(3))
	require.NotContains(t, export.JSON, uuid(5))
}
