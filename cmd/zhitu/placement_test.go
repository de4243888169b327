package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimulationTables(t *testing.T) {
	t.Parallel()
	seed, err := filepath.Abs(filepath.Join("..", "..", "seed"))
	require.NoError(t, err)
	for _, lang := range []string{"en", "zh-CN"} {
		sh := newShell(t)
		var session strings.Builder
		for _, line := range []string{
			"--position POS-DA --learners 12",
			"--position POS-SE --learners 12 --slip 0.2 --guess 0.25 --share 10%,0.4 --seed 7",
		} {
			fmt.Fprintf(&session, "$ zhitu placement simulate seed %s\n%s\n", line,
				sh.ok(append([]string{"placement", "simulate", seed, "--lang", lang}, strings.Fields(line)...)...))
		}
		requireGolden(t, "simulation."+lang+".txt", session.String())
	}
}

// Kinds of whom there is nobody have no row.
func TestSimulationOfFew(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	seed, err := filepath.Abs(filepath.Join("..", "..", "seed"))
	require.NoError(t, err)
	out := sh.ok("placement", "simulate", seed, "--position", "POS-DA", "--learners", "2")
	require.Contains(t, out, "learn what their goals need")
	require.NotContains(t, out, "have gaps anywhere")
}

// Programs get the same in shares of 1, and no file is left behind.
func TestSimulationForPrograms(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	for name, content := range map[string]string{
		"positions": "code,name\nP,岗位\n", "requirements": "position,target\nP,C\n",
		"knowledge_points": "code,name\nA,甲\nB,乙\nC,丙\nD,丁\n", "prerequisites": "prerequisite,dependent\nA,B\nB,C\nA,D\n",
	} {
		sh.write("catalog/"+name+".csv", content)
	}
	var answer simulationAnswer
	require.NoError(t, json.Unmarshal([]byte(sh.ok("placement", "simulate", "catalog", "--position", "P", "--learners", "8",
		"--slip", "0", "--guess", "0", "--share", "0.5,25%,0.9", "--json")), &answer))
	require.Equal(t, "P", answer.Position)
	require.Equal(t, 3, answer.Points, "D is not needed")
	require.Equal(t, []float64{1. / 4, 1. / 3, 1. / 2, 0.9, 1}, answer.Shares)
	require.Len(t, answer.Strategies, 4)
	for _, s := range answer.Strategies {
		require.Len(t, s.Right, len(answer.Shares))
		require.Equal(t, 1.0, s.Right[4], "%s: everybody answers as they know", s.Strategy)
	}
	learners := 0
	for _, k := range answer.Kinds {
		learners += k.Learners
	}
	require.Equal(t, 8, learners)
	require.NoFileExists(t, filepath.Join(sh.dir, "zhitu.db"))
}
