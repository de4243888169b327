package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadinessIsRecordedAndShown(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.mustRun("import", seedFolder(t))
	require.Contains(t, sh.mustRun("readiness", "record"), "recorded the readiness of 40 people")
	require.Contains(t, sh.mustRun("readiness", "show", "E007"), "POS-DA")
	require.Contains(t, sh.mustRun("readiness", "show", "E007", "--json"), `"held": true`)
}
