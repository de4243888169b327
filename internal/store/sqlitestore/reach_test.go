package sqlitestore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// Whom a permission selects is found by indexes, however many people there are.
func TestReachesComeFromIndexes(t *testing.T) {
	s := open(t, newPath(t))
	defer s.Close()
	for name, r := range map[string]competency.Reach{
		"a person":                  {Employee: "a"},
		"a line":                    {Line: "a"},
		"a line within departments": {Line: "a", LineExcept: []string{"b"}, Within: []string{"u"}},
		"departments":               {Units: []string{"u", "v"}, UnitsExcept: []string{"b"}},
		"departments within others": {Units: []string{"u"}, Within: []string{"v"}},
		"the firm within some":      {Firm: true, Within: []string{"u"}, UnitsExcept: []string{"b"}},
		"all together":              {Employee: "a", Line: "a", LineExcept: []string{"b"}, Units: []string{"u"}, UnitsExcept: []string{"b"}, Within: []string{"v"}},
	} {
		require.NotContains(t, sqlitestore.ReachPlan(t, s, r), "SCAN employees", name)
	}
	require.Contains(t, sqlitestore.ReachPlan(t, s, competency.Reach{Firm: true, UnitsExcept: []string{"b"}}), "SCAN employees", "everyone, with exceptions")
}
