package exchange

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// BenchmarkExport writes 20,000 rows of ten columns, as a folder and as a workbook.
func BenchmarkExport(b *testing.B) {
	const rows = 20_000
	var c competency.Catalog
	for i := range rows {
		c.KnowledgePoints = append(c.KnowledgePoints, pointRow{
			Code: fmt.Sprintf("KP-%05d", i), Name: fmt.Sprintf("变电站倒闸操作知识点%d", i), NameEN: fmt.Sprintf("Switching operation %d", i), Kind: competency.Skill, Nature: competency.Procedural,
			Minutes: new(30 + i%60), Difficulty: new(float64(i%100) / 100), Tags: []string{"安规", "现场"}, Description: "按规程逐项核对，先停后验，再接地。",
		})
	}
	b.Run("folder", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, WriteFolder(filepath.Join(b.TempDir(), "export"), Export{Catalog: c}))
		}
	})
	b.Run("workbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, WriteWorkbook(filepath.Join(b.TempDir(), "export.xlsx"), fault.Chinese, Export{Catalog: c}))
		}
	})
}
