// Package seed is a fictitious company to try Zhitu on: the files of this
// folder, embedded. README.md tells who is who.
package seed

import "embed"

// Files holds the catalog and the people, in the format that import reads.
//
//go:embed *.csv
var Files embed.FS
