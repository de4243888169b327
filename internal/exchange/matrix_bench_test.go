package exchange

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
)

// BenchmarkReadMatrix reads a matrix of 2,000 people and 300 points, all rated.
func BenchmarkReadMatrix(b *testing.B) {
	const people, points = 2000, 300
	var catalog competency.Catalog
	var text strings.Builder
	text.WriteString("工号,姓名")
	for i := range points {
		code := fmt.Sprintf("KP-%03d", i)
		catalog.KnowledgePoints = append(catalog.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: "知识点" + code})
		text.WriteString("," + code)
	}
	staff := make([]competency.Employee, people)
	for i := range staff {
		staff[i] = competency.Employee{Code: fmt.Sprintf("E%05d", i), Name: fmt.Sprint("员工", i)}
		fmt.Fprintf(&text, "\n%s,%s", staff[i].Code, staff[i].Name)
		for k := range points {
			fmt.Fprintf(&text, ",%d", (i+k)%5+1)
		}
	}
	path := filepath.Join(b.TempDir(), "技能矩阵.csv")
	require.NoError(b, os.WriteFile(path, []byte(text.String()), 0o600))
	o := Options{Known: Known{Catalog: &catalog, Employees: func([]string) ([]competency.Employee, error) { return staff, nil }}}
	b.ReportAllocs()
	for b.Loop() {
		d, err := o.Read(path)
		require.NoError(b, err)
		require.Empty(b, d.Problems)
		require.Len(b, d.Changes.Put.Mastery, people*points)
	}
}
