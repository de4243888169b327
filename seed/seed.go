// Package seed embeds the files of a fictitious company, as sample data. README.md
// describes its people.
package seed

import "embed"

// Files holds the catalog and the people, in the format that import reads.
//
//go:embed *.csv
var Files embed.FS
