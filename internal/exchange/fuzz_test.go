package exchange

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

// Reading any bytes ends, and every problem has a location.
func FuzzRead(f *testing.F) {
	add := func(all folderFiles) {
		for name, content := range all {
			for i, s := range schemas {
				en, zh := s.names()
				if len(content) < 1<<16 && (name == en+".csv" || name == zh+".csv") {
					f.Add(uint8(i), content)
					f.Add(uint8(i), content+"\n"+content)
				}
			}
		}
	}
	add(chineseTables)
	for _, c := range invalidInputs {
		add(c.files)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, table uint8, content string) {
		name, _ := schemas[int(table)%len(schemas)].names()
		name += ".csv"
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		d, err := Read(path)
		require.NoError(t, err)
		problems := checkDocument(d)
		for _, p := range problems {
			require.Equal(t, name, p.File)
			// A problem without a row concerns the whole file.
			require.True(t, p.Row > 0 || len(problems) == 1, p.Format(fault.English))
			require.Less(t, len(p.Format(fault.Chinese)), 2000)
		}
	})
}
