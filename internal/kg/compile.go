package kg

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// Compile builds the graph of a catalog. A catalog with unknown references or
// duplicate codes is refused with all problems at once (*fault.Error). One with
// cycles is refused with the cycles (*CycleError). What is allowed but suspicious
// becomes a warning. The graph keeps the catalog, which must not be changed
// afterwards. It costs O(n log n + m) for n nodes and m edges.
func Compile(catalog competency.Catalog) (*Graph, error) {
	catalog = sortedCopy(catalog)
	c := compiler{Graph: &Graph{catalog: catalog, points: len(catalog.KnowledgePoints)}}
	if err := c.resolveReferences(); err != nil {
		return nil, err
	}
	if err := c.sortTopologically(); err != nil {
		return nil, err
	}
	c.numberTree()
	c.groupPrerequisites()
	c.computeDepths()
	c.indexAttributes()
	c.expandRequirements()
	return c.Graph, nil
}

// sortedCopy returns a copy of the catalog with every list in its order.
func sortedCopy(c competency.Catalog) competency.Catalog {
	copied := competency.Catalog{
		Competencies: slices.Clone(c.Competencies), KnowledgePoints: slices.Clone(c.KnowledgePoints),
		Prerequisites: slices.Clone(c.Prerequisites), Related: slices.Clone(c.Related), Positions: slices.Clone(c.Positions),
		Requirements: slices.Clone(c.Requirements), Resources: slices.Clone(c.Resources), Scale: slices.Clone(c.Scale),
	}
	copied.Sort()
	return copied
}

// compiler fills a graph. Until the order of the nodes is known, it numbers points
// and competencies provisionally, by their place in the catalog ("raw").
type compiler struct {
	*Graph
	raw       map[string]Node // code → raw number
	rawParent []Node
	from, to  []Node // the ends of each edge; raw until numberTree
	node      []Node // raw → node
}
