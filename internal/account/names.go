package account

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhitu/zhitu/internal/store"
)

// Names returns the names of those accounts that there are, by id, in one round trip. It
// asks nobody for permission: the audit tells people who looked at their data.
func Names(ctx context.Context, st store.Documents, ids []string) (map[string]string, error) {
	list, err := st.Documents(ctx, store.DocumentQuery{Kind: accountKind, IDs: ids})
	names := make(map[string]string, len(list))
	for _, d := range list {
		var b accountBody
		if err := json.Unmarshal([]byte(d.Body), &b); err != nil {
			return nil, fmt.Errorf("account %s: %w", d.ID, err)
		}
		names[d.ID] = b.Name
	}
	return names, err
}
