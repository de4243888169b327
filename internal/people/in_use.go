package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// InUse says of positions that people hold or target, and of points on which they have
// states or evidence, why these cannot be deleted. People who are put are left out of the
// first: whoever asks knows what they hold. It names those whom the viewer may see, and
// asks for a scope alone: it is for an edit that Publish judges before anything of it is
// told. It costs two reads for each record.
func (p *People) InUse(ctx context.Context, records competency.Catalog, put []competency.Employee) (map[competency.RecordKey]fault.Text, error) {
	viewer, err := access.ScopedViewer(ctx, access.EditCatalog)
	if err != nil {
		return nil, err
	}
	c := referenceCheck{referenceSource: p.store, viewer: viewer}
	for _, e := range put {
		c.cs.Put.Employees = append(c.cs.Put.Employees, competency.Employee{Code: e.Code, Clear: competency.FieldPosition | competency.FieldTargets})
	}
	inUse := map[competency.RecordKey]fault.Text{}
	note := func(table, code string) {
		if len(c.problems) > 0 {
			inUse[competency.RecordKey{Table: table, Code: code}] = c.problems[0].Text
			c.problems = nil
		}
	}
	for _, r := range records.Positions {
		if err := c.checkPositionDeletion(ctx, 0, r.Code); err != nil {
			return nil, catalog.StoreFault(err)
		}
		note(competency.Positions, r.Code)
	}
	for _, k := range records.KnowledgePoints {
		if err := c.checkPointDeletion(ctx, 0, k.Code); err != nil {
			return nil, catalog.StoreFault(err)
		}
		note(competency.KnowledgePoints, k.Code)
	}
	return inUse, nil
}
