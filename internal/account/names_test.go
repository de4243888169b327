package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

func TestNamesAreThoseOfAccounts(t *testing.T) {
	st, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	defer st.Close()
	require.NoError(t, st.PutDocuments(t.Context(), []store.Document{{Kind: "account", ID: "a1", Body: `{"name": "王芳"}`}}))
	names, err := account.Names(t.Context(), st, []string{"a1", "system"})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a1": "王芳"}, names)
}
