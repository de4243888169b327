package catalog

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

// Revision numbers the published catalogs of a store. An empty store is at 0.
type Revision = store.Revision

// Snapshot is one published catalog, compiled. It is immutable: readers share it, and
// a publication puts another one in its place.
type Snapshot struct {
	graph    *kg.Graph
	revision Revision
	search   searchIndex

	linkSchemes competency.LinkSchemes
}

// Graph returns the compiled catalog.
func (s *Snapshot) Graph() *kg.Graph { return s.graph }

// Revision returns the number of the published catalog.
func (s *Snapshot) Revision() Revision { return s.revision }

// Point returns the view of a knowledge point.
func (s *Snapshot) Point(n kg.Node) KnowledgePoint { return KnowledgePoint{s, n} }

// Points returns the views of knowledge points.
func (s *Snapshot) Points(nodes []kg.Node) []KnowledgePoint {
	points := make([]KnowledgePoint, len(nodes))
	for i, n := range nodes {
		points[i] = KnowledgePoint{s, n}
	}
	return points
}

// Competency returns the view of a competency.
func (s *Snapshot) Competency(n kg.Node) Competency { return Competency{s, n} }

// Learnable returns the view of a node, whichever of the two it is.
func (s *Snapshot) Learnable(n kg.Node) Learnable {
	if s.graph.IsPoint(n) {
		return KnowledgePoint{s, n}
	}
	return Competency{s, n}
}

// Position returns the view of a position.
func (s *Snapshot) Position(index kg.Position) Position { return Position{s, index} }

// Resource returns the view of a resource, by its place in the catalog.
func (s *Snapshot) Resource(index int32) Resource { return Resource{s, index} }

// Prerequisite returns the view of an edge, by its place in the catalog.
func (s *Snapshot) Prerequisite(index int32) Prerequisite { return Prerequisite{s, index} }

// FindLearnable returns the point or competency with a code, which may be written in
// any normal form of Unicode.
func (s *Snapshot) FindLearnable(code string) (Learnable, bool) {
	n, ok := s.graph.Find(competency.NormalizeCode(code))
	if !ok {
		return nil, false
	}
	return s.Learnable(n), true
}

// ResolveLearnable returns the point or competency with a code, or NOT_FOUND.
func (s *Snapshot) ResolveLearnable(code string) (Learnable, error) {
	l, ok := s.FindLearnable(code)
	if !ok {
		return nil, unknown("knowledge point or competency", "知识点或能力项", code, s.graph.Catalog().KnowledgePoints, func(k competency.KnowledgePoint) (string, string, string) { return k.Code, k.Name, k.NameEN })
	}
	return l, nil
}

// FindKnowledgePoint returns the point with a code, or NOT_FOUND.
func (s *Snapshot) FindKnowledgePoint(code string) (*KnowledgePoint, error) {
	n, ok := s.graph.Find(competency.NormalizeCode(code))
	if !ok || !s.graph.IsPoint(n) {
		return nil, unknown("knowledge point", "知识点", code, s.graph.Catalog().KnowledgePoints, func(k competency.KnowledgePoint) (string, string, string) { return k.Code, k.Name, k.NameEN })
	}
	return &KnowledgePoint{s, n}, nil
}

// FindCompetency returns the competency with a code, or NOT_FOUND.
func (s *Snapshot) FindCompetency(code string) (*Competency, error) {
	n, ok := s.graph.Find(competency.NormalizeCode(code))
	if !ok || s.graph.IsPoint(n) {
		return nil, unknown("competency", "能力项", code, s.graph.Catalog().Competencies, func(c competency.Competency) (string, string, string) { return c.Code, c.Name, c.NameEN })
	}
	return &Competency{s, n}, nil
}

// FindPosition returns the position with a code, or NOT_FOUND.
func (s *Snapshot) FindPosition(code string) (*Position, error) {
	index, ok := s.graph.FindPosition(competency.NormalizeCode(code))
	if !ok {
		return nil, unknown("position", "岗位", code, s.graph.Catalog().Positions, func(p competency.Position) (string, string, string) { return p.Code, p.Name, p.NameEN })
	}
	return &Position{s, index}, nil
}

// FindResource returns the resource with a code, or NOT_FOUND.
func (s *Snapshot) FindResource(code string) (*Resource, error) {
	index, ok := s.graph.FindResource(competency.NormalizeCode(code))
	if !ok {
		return nil, NotFound("resource", "学习资源", code)
	}
	return &Resource{s, index}, nil
}

// IsPoint reports whether a code is that of a knowledge point.
func (s *Snapshot) IsPoint(code string) bool {
	n, ok := s.graph.Find(code)
	return ok && s.graph.IsPoint(n)
}

// PointsOf returns the points that codes of points stand for. Codes that the snapshot
// does not hold are left out: their points have come or gone since.
func (s *Snapshot) PointsOf(codes []string) []KnowledgePoint {
	points := []KnowledgePoint{}
	for _, code := range codes {
		if n, ok := s.graph.Find(code); ok && s.graph.IsPoint(n) {
			points = append(points, KnowledgePoint{s, n})
		}
	}
	return points
}

// unknown says that no record of a type has a code, and which of a list have that name.
func unknown[R any](en, zh, code string, list []R, named func(R) (code, name, nameEN string)) error {
	var found []string
	if competency.MayBeName(code) {
		for _, r := range list {
			key, name, nameEN := named(r)
			if (competency.SameName(code, name) || competency.SameName(code, nameEN)) && len(found) < competency.MaxSuggested {
				found = append(found, competency.Named(key, name))
			}
		}
	}
	message := fault.T("there is no "+en+" %s", "不存在"+zh+" %s", competency.Quote(code))
	return &fault.Error{Code: fault.NotFound, Text: competency.DidYouMean(message, found)}
}

// ResolvePoints returns the points that an argument of a question names. A competency
// stands for all its points. Unknown codes are INVALID_ARGUMENT, all of them reported at once.
func (s *Snapshot) ResolvePoints(argument string, codes []string) ([]kg.Node, error) {
	var points []kg.Node
	var unknown []string
	seen := map[kg.Node]bool{} // a large competency named a thousand times costs no more
	for _, code := range codes {
		n, ok := s.graph.Find(competency.NormalizeCode(code))
		switch {
		case !ok:
			unknown = append(unknown, competency.Truncate(code, competency.MaxQuoted))
		case !seen[n]:
			seen[n] = true
			points = append(points, s.graph.Members(n)...)
		}
	}
	if len(unknown) > 0 {
		return nil, fault.New(fault.InvalidArgument, "%s names what does not exist: %s", "%s 中的编码不存在：%s", argument, competency.ListReferences(unknown))
	}
	return points, nil
}

// parent returns the competency right above a node, nil at the top.
func (s *Snapshot) parent(n kg.Node) *Competency {
	above := s.graph.Parent(n)
	if above == kg.None {
		return nil
	}
	return &Competency{s, above}
}

// requirements returns the requirements on a node itself.
func (s *Snapshot) requirements(n kg.Node) []Requirement {
	indexes := s.graph.RequirementsOn(n)
	requirements := make([]Requirement, len(indexes))
	for i, index := range indexes {
		requirements[i] = Requirement{s, index}
	}
	return requirements
}

// prerequisites returns the views of edges.
func (s *Snapshot) prerequisites(edges []int32) []Prerequisite {
	list := make([]Prerequisite, len(edges))
	for i, index := range edges {
		list[i] = Prerequisite{s, index}
	}
	return list
}
