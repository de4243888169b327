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
	for _, content := range []string{
		"sep=;\ncode;name;level\nK;一;0,7\n合计;1\n", "title\n\n*工号,姓名（必填）\n001,张三\n工号,姓名\n制表人：王五,审核：\n", "code\tname\n=\"001\"\t'002\n#REF!\t=A1+1\n",
		"code,name\nK,Schwei\xdfen\n", "code,name\nK,\xcd\xa3\xb5\xe7\n", "\xff\xfec\x00o\x00d\x00e\x00,\x00n\x00a\x00m\x00e\x00\n\x00", utf8BOM + "code,name\n" + utf8BOM + "\"code\",name\n",
		"employee,knowledge_point,mastery,assessed_at\nE,K,0.5,2024年3月5日下午2点\nE,L,0.5,45356\n",
	} {
		for i := range schemas {
			f.Add(uint8(i), content)
		}
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, table uint8, content string) {
		name, _ := schemas[int(table)%len(schemas)].names()
		name += ".csv"
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		d, err := Read(path)
		require.NoError(t, err)
		for _, n := range d.Notices {
			require.Equal(t, name, n.File)
			require.Less(t, len(n.Format(fault.Chinese)), 2000)
		}
		problems := checkDocument(d)
		for _, p := range problems {
			require.Equal(t, name, p.File)
			// A problem without a row concerns the whole file.
			require.True(t, p.Row > 0 || len(problems) == 1, p.Format(fault.English))
			require.Less(t, len(p.Format(fault.Chinese)), 2000)
		}
	})
}
