package neo4jstore

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/search"
)

// rewriteSearchKeys writes the search keys that are not what code and name say: those of an
// earlier schema, and of people who were created or renamed by other means. It returns the
// codes of these people, sorted.
func (s *Store) rewriteSearchKeys(ctx context.Context) (rewritten []string, err error) {
	err = s.callServer(ctx, "search keys", longTimeout, func(ctx context.Context) error {
		found, err := s.writeRunner().run(ctx, cypher("load search keys"), nil)
		if err != nil {
			return err
		}
		rewritten = nil
		var rows []row
		for _, record := range found {
			code, ok := record.Values[0].(string)
			name, ok2 := record.Values[1].(string)
			if key := search.Key([]string{code, name}); ok && ok2 && record.Values[2] != key {
				rewritten, rows = append(rewritten, code), append(rows, row{"code": code, "name": name, "search": key})
			}
		}
		slices.Sort(rewritten)
		for chunk := range slices.Chunk(rows, rowsPerSearchStatement) {
			if _, err := s.writeRunner().run(ctx, cypher("put search keys"), map[string]any{"rows": chunk}); err != nil {
				return err
			}
		}
		return nil
	})
	return rewritten, err
}

// rowsPerSearchStatement is how many people one statement writes.
const rowsPerSearchStatement = 1000
