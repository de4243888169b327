package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// putImport gives an account an import that has something in every field.
func putImport(t testing.TB, a *api, account string) {
	ctx, jobs := servicetest.Request(), a.service.Jobs
	job, err := jobs.Create(ctx, account, []governance.ImportFile{{Name: "book.xlsx", Size: 1}}, governance.ImportOptions{TimeZone: "UTC"})
	require.NoError(t, err)
	problem := []governance.Problem{{File: "book.xlsx", Sheet: "先导关系", Row: 7, Column: "level", Cell: "D7", Code: fault.InvalidArgument, Message: governance.Message{EN: "wrong", ZH: "错误"}}}
	changes := []map[string]any{{"table": "related", "kind": "CREATE", "key": "A -- B", "fields": []any{map[string]any{"field": "a", "after": "A"}}}}
	_, err = jobs.Update(ctx, account, job.Number, func(job *governance.ImportJob) (err error) {
		for list, what := range map[*governance.ImportList]string{&job.Problems: governance.PartProblems, &job.Notices: governance.PartNotices, &job.Warnings: governance.PartWarnings} {
			if *list, err = governance.SaveList(ctx, jobs, job, what, problem); err != nil {
				return err
			}
		}
		if job.Changes, err = governance.SaveList(ctx, jobs, job, governance.PartChanges, changes); err != nil {
			return err
		}
		job.State, job.Stage = governance.ImportRunning, governance.StageSaving
		job.Failure = &governance.ImportFailure{Code: fault.Unavailable}
		job.Tables = []governance.ImportTable{{Table: "related", Given: 1, Created: 1}}
		job.Moved = []governance.MovedRecord{{Table: "related", Key: "A -- B", Fields: []governance.MovedField{{Field: "a"}}}}
		return nil
	})
	require.NoError(t, err)
}
