package workforce_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Counts that are kept say later what is to be withheld, as the people themselves do now.
func TestCountsAreEnoughToWithhold(t *testing.T) {
	units := []competency.OrgUnit{{Code: "A"}, {Code: "B"}, {Code: "A1", Parent: "A"}, {Code: "A2", Parent: "A"}, {Code: "A3", Parent: "A"}, {Code: "A21", Parent: "A2"}, {Code: "ring", Parent: "ring"}}
	rapid.Check(t, func(t *rapid.T) {
		var people []string
		for _, u := range []string{"", "A", "B", "A1", "A2", "A3", "A21", "ring"} {
			people = append(people, repeat(u, rapid.IntRange(0, 9).Draw(t, "people of "+u))...)
		}
		secret(t, units, people, nil, func(v *workforce.View, unread workforce.Set) {
			now, then := v.Withhold(v.Everyone(), unread), workforce.NewHeadCount(v.UnitCounts())
			for _, u := range units {
				require.Equal(t, now.Unit(u.Code), then.Unit(u.Code), u.Code)
				require.Equal(t, now.Itself(u.Code), then.Itself(u.Code), u.Code)
				if u.Code != "ring" {
					require.Equal(t, v.Department(u.Code).Len(), then.People(u.Code), u.Code)
				}
			}
		})
	})
}
