package workforce_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/workforce"
)

func TestWorkedDistributions(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "distribution", "|", func(key ...string) any {
			return writeDistribution(v.Distribution(groupOf(v, key[0]), positionOf(t, c.graph, key[1])))
		})
	})
}

// writeDistribution is a distribution as worked answers have it.
func writeDistribution(d *workforce.Distribution) any {
	if d.People == 0 {
		return []any{0, make([]any, len(d.Quantiles)), d.Bins, nil, nil, nil}
	}
	n := float64(d.People)
	var criticalReady any
	if d.HasCritical {
		criticalReady = float64(d.CriticalReady) / n
	}
	return []any{d.People, d.Quantiles, d.Bins, float64(d.Ready) / n, criticalReady, d.Unassessed}
}

func TestDistributionEqualsNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		position := n.randomPosition(t)
		want, got := n.distribution(g, position), v.Distribution(g, position)
		requireNear(t, &want.Unassessed, &got.Unassessed)
		require.Equal(t, want, got)
	})
}

// 0.1 + 0.7 is less than 0.8 in the last bit; what is compared is rounded.
func TestBinsAreOfRoundedCoverage(t *testing.T) {
	_, g := kgtest.Compile(t, "P: A=1*0.1 B=1*0.2 C=1*0.7")
	c := newCompany(g, competency.People{
		Employees: []competency.Employee{{Code: "E"}},
		Mastery: []competency.Assessment{
			{Employee: "E", KnowledgePoint: "A", Mastery: 1, AssessedAt: kgtest.Now},
			{Employee: "E", KnowledgePoint: "C", Mastery: 1, AssessedAt: kgtest.Now},
		},
	})
	c.read(t, func(v *workforce.View) {
		d := v.Distribution(groupOf(v, "*"), 0)
		require.Less(t, d.Quantiles[3], 0.8)
		require.Equal(t, 1, d.Bins[16])
	})
}
