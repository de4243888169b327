package exchange

import "github.com/zhitu/zhitu/internal/competency"

// Options say how files are read. The zero value reads them by themselves.
type Options struct {
	// Scale reads labels and digits of levels where the files bring no scale: that of the
	// store; the default scale where it is empty.
	Scale competency.Scale
	// Replace makes an empty cell of a given column empty its field, in catalog tables,
	// departments and employees. Without it the field stays as it was.
	Replace bool
}

// Read reads folders of CSV files, and single CSV files, as one catalog. Problems
// of their content are in the Document. An error is returned only if a path cannot
// be read at all.
func (o Options) Read(paths ...string) (*Document, error) { return o.ReadFS(osFS{}, paths...) }
