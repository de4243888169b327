package workforce_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
