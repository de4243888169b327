package kgtest

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
)

// PublicGraphs names the public prerequisite graphs that PublicGraph reads.
var PublicGraphs = []string{"mooccube-prereq-zh", "metacademy"}

// PublicGraph reads a public graph from NAME/edges.csv in the folder $ZHITU_DATA,
// by default ../shared/data beside the repository. It returns false where the file
// does not exist.
func PublicGraph(t TB, name string) (w World, ok bool) {
	t.Helper()
	file, err := os.Open(filepath.Join(dataFolder(), name, "edges.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return w, false
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		for _, code := range row[:2] {
			if !seen[code] {
				seen[code] = true
				w.KnowledgePoints = append(w.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: code})
			}
		}
		w.Prerequisites = append(w.Prerequisites, competency.Prerequisite{Prerequisite: row[0], Dependent: row[1]})
	}
	return w, true
}

// dataFolder finds the data beside the repository from the folder of any package.
func dataFolder() string {
	if folder := os.Getenv("ZHITU_DATA"); folder != "" {
		return folder
	}
	root := "."
	for depth := 0; depth < 8; depth++ {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Join(root, "..")
	}
	return filepath.Join(root, "..", "shared", "data")
}
