// Package seed embeds the files of a fictitious company, as sample data. README.md
// describes its people.
package seed

import (
	"embed"
	"time"
)

// Today is the day on which the company is as README.md describes it: nothing in the
// files is later. Whoever shows the company on another day moves all times with it.
var Today = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// Files holds the catalog, the people and their evidence, in the format that import reads.
//
//go:embed *.csv
var Files embed.FS
