package analysis

import "github.com/zhitu/zhitu/internal/workforce"

// Columns returns the columns as they are; nil where they are not read.
func (a *Analysis) Columns() *workforce.Columns {
	a.columns.mu.Lock()
	defer a.columns.mu.Unlock()
	if a.columns.columns == nil {
		return nil
	}
	return a.columns.columns.Columns
}
