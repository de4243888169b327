package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChangeSetEmpty(t *testing.T) {
	require.True(t, ChangeSet{ID: "x"}.Empty())
	require.False(t, putPeople(People{Mastery: []Assessment{{}}}).Empty())
	require.False(t, putPeople(People{Mastery: []Assessment{{}}}).EditsCatalog())
	require.False(t, deleteCatalog(Catalog{Related: []Related{{}}}).Empty())
	require.True(t, deleteCatalog(Catalog{Related: []Related{{}}}).EditsCatalog())
}
