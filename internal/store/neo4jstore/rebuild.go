package neo4jstore

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Rebuild repairs the packed states that differ from their relationships, and the search
// keys that differ from their names, and returns a problem for each. It uses one transaction per 200 people.
func (s *Store) Rebuild(ctx context.Context) (found []fault.Problem, err error) {
	if err := s.ensureOrdinals(ctx); err != nil {
		return nil, err
	}
	var codes []string
	err = s.callServer(ctx, "rebuild", longTimeout, func(ctx context.Context) (err error) {
		codes, err = new(decoder).loadEmployeeCodes(ctx, s.readRunner())
		return err
	})
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(codes, peoplePerStatement) {
		var rows []row
		err := s.callServer(ctx, "rebuild", longTimeout, func(ctx context.Context) error {
			return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) (err error) {
				rows, err = stalePackedStates(ctx, r, chunk)
				return err
			}))
		})
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		w := write{token: rand.Int64()}
		for _, row := range rows {
			code := row["code"].(string)
			w.rebuild = append(w.rebuild, code)
			found = append(found, fault.Problem{
				Place: fault.Place{Record: competency.Employees, Key: code, Field: "packedStates"}, Code: fault.Conflict,
				Text: fault.T("the packed copy of the states is not what the relationships MASTERS say: it has been rebuilt from them, and nothing is left to do",
					"掌握状态的打包副本与 MASTERS 关系不一致：已按关系重建，无须再处理"),
			})
		}
		if _, err := s.write(ctx, "rebuild", longTimeout, w); err != nil {
			return nil, err
		}
	}
	renamed, err := s.rewriteSearchKeys(ctx)
	for _, code := range renamed {
		found = append(found, fault.Problem{
			Place: fault.Place{Record: competency.Employees, Key: code, Field: "search"}, Code: fault.Conflict,
			Text: fault.T("the search key is not what code and name say: it has been written again, and nothing is left to do",
				"检索用的 search 与工号、姓名不一致：已重新写入，无须再处理"),
		})
	}
	return found, err
}
