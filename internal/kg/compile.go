package kg

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Compile builds the graph of a catalog. It refuses, with every problem at
// once, a catalog whose references dangle or whose codes are not unique
// (*fault.Error), and one with cycles (*CycleError). What is only odd becomes a
// warning. The catalog is kept: it must not be changed afterwards.
//
// It costs O(n log n + m) for n nodes and m edges.
func Compile(catalog competency.Catalog) (*Graph, error) {
	catalog = sorted(catalog)
	c := compiler{Graph: &Graph{catalog: catalog, points: len(catalog.KnowledgePoints)}}
	if err := c.resolve(); err != nil {
		return nil, err
	}
	if err := c.order(); err != nil {
		return nil, err
	}
	c.tree()
	c.edges()
	c.depths()
	c.links()
	c.requirements()
	return c.Graph, nil
}

// sorted returns the catalog with every list in its order, copied where it was
// not.
func sorted(c competency.Catalog) competency.Catalog {
	copied := competency.Catalog{
		Competencies: slices.Clone(c.Competencies), KnowledgePoints: slices.Clone(c.KnowledgePoints),
		Prerequisites: slices.Clone(c.Prerequisites), Related: slices.Clone(c.Related), Positions: slices.Clone(c.Positions),
		Requirements: slices.Clone(c.Requirements), Resources: slices.Clone(c.Resources),
	}
	copied.Sort()
	return copied
}

// compiler numbers points and competencies provisionally, as they stand in the
// catalog ("raw"), until the order of the nodes is known.
type compiler struct {
	*Graph
	raw       map[string]Node // code → raw number
	rawParent []Node
	from, to  []Node // the ends of each edge; raw until renumbered
	node      []Node // raw → node
}

// resolve finds what every reference names.
func (c *compiler) resolve() error {
	cat := &c.catalog
	n := c.points + len(cat.Competencies)
	c.raw = make(map[string]Node, n)
	var problems []fault.Problem
	twice := func(record string, i int, code string) {
		problems = append(problems, fault.Problem{
			Place: fault.Place{Record: record, Index: i, Field: "code"}, Code: fault.InvalidArgument,
			Text: fault.T("%q is given twice", "%q 重复出现", code),
		})
	}
	claim := func(record string, i int, code string, raw int) {
		if _, taken := c.raw[code]; taken {
			twice(record, i, code)
		}
		c.raw[code] = Node(raw)
	}
	for i := range cat.KnowledgePoints {
		claim(competency.KnowledgePoints, i, cat.KnowledgePoints[i].Code, i)
	}
	for i := range cat.Competencies {
		claim(competency.Competencies, i, cat.Competencies[i].Code, c.points+i)
	}
	for i := 1; i < len(cat.Positions); i++ {
		if code := cat.Positions[i].Code; code == cat.Positions[i-1].Code {
			twice(competency.Positions, i, code)
		}
	}
	for i := 1; i < len(cat.Resources); i++ {
		if code := cat.Resources[i].Code; code == cat.Resources[i-1].Code {
			twice(competency.Resources, i, code)
		}
	}
	find := func(record string, i int, field, code string, accept func(Node) bool) Node {
		raw, ok := c.raw[code]
		if !ok || !accept(raw) {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Record: record, Index: i, Field: field}, Code: fault.NotFound,
				Text: fault.T("there is nothing with the code %q that could stand here", "此处的编码 %q 不存在或类型不符", code),
			})
			return None
		}
		return raw
	}
	isPoint := func(n Node) bool { return int(n) < c.points }
	isGroup := func(n Node) bool { return int(n) >= c.points }
	either := func(Node) bool { return true }

	c.rawParent = make([]Node, n)
	for i := range c.rawParent {
		c.rawParent[i] = None
	}
	for i := range cat.KnowledgePoints {
		if code := cat.KnowledgePoints[i].Competency; code != "" {
			c.rawParent[i] = find(competency.KnowledgePoints, i, "competency", code, isGroup)
		}
	}
	for i := range cat.Competencies {
		if code := cat.Competencies[i].Parent; code != "" {
			c.rawParent[c.points+i] = find(competency.Competencies, i, "parent", code, isGroup)
		}
	}
	c.from, c.to = make([]Node, len(cat.Prerequisites)), make([]Node, len(cat.Prerequisites))
	for i := range cat.Prerequisites {
		c.from[i] = find(competency.Prerequisites, i, "prerequisite", cat.Prerequisites[i].Prerequisite, either)
		c.to[i] = find(competency.Prerequisites, i, "dependent", cat.Prerequisites[i].Dependent, either)
	}
	for i, r := range cat.Related {
		find(competency.RelatedPairs, i, "a", r.A, isPoint)
		find(competency.RelatedPairs, i, "b", r.B, isPoint)
	}
	for i, r := range cat.Requirements {
		find(competency.Requirements, i, "target", r.Target, either)
		if _, ok := c.FindPosition(r.Position); !ok {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Record: competency.Requirements, Index: i, Field: "position"}, Code: fault.NotFound,
				Text: fault.T("there is no position %q", "不存在岗位 %q", r.Position),
			})
		}
	}
	for i, r := range cat.Resources {
		for _, code := range r.Teaches {
			find(competency.Resources, i, "teaches", code, isPoint)
		}
	}
	return fault.Refuse(problems)
}

// tree numbers the competencies in tree order, and so everything, and lists the
// points of each.
func (c *compiler) tree() {
	n := len(c.rawParent)
	children := collect(n+1, n, func(yield func(Node, Node)) { // row n is the root
		for raw := range n {
			parent := c.rawParent[raw]
			if parent == None {
				parent = Node(n)
			}
			yield(parent, Node(raw)) // points before competencies, each by code
		}
	})
	groups := n - c.points
	c.record, c.parent, c.rank = make([]int32, n), make([]Node, n), make([]int32, n)
	c.span, c.subtree = make([]span, groups), make([]Node, groups)
	c.members = make([]Node, 0, c.points)
	next := Node(c.points)
	var visit func(raw, parent Node)
	visit = func(raw, parent Node) {
		if int(raw) < c.points {
			node := c.node[raw]
			c.parent[node] = parent
			if parent != None {
				c.members = append(c.members, node)
			}
			return
		}
		node := next
		next++
		c.node[raw], c.parent[node] = node, parent
		lo := int32(len(c.members))
		for _, child := range children.of(raw) {
			visit(child, node)
		}
		c.span[int(node)-c.points] = span{lo, int32(len(c.members))}
		c.subtree[int(node)-c.points] = next
	}
	for _, top := range children.of(Node(n)) {
		visit(top, None)
	}
	for raw, node := range c.node {
		c.record[node] = int32(raw)
		if raw >= c.points {
			c.record[node] = int32(raw - c.points)
		}
	}
	for i := range c.from {
		c.from[i], c.to[i] = c.node[c.from[i]], c.node[c.to[i]]
	}
	c.byCode = c.raw
	for code, raw := range c.byCode {
		c.byCode[code] = c.node[raw]
	}
	c.rankCodes()
}

// rankCodes merges the two sorted lists of codes into one order.
func (c *compiler) rankCodes() {
	points, groups := c.catalog.KnowledgePoints, c.catalog.Competencies
	for i, j, r := 0, 0, int32(0); i < len(points) || j < len(groups); r++ {
		if j == len(groups) || i < len(points) && points[i].Code < groups[j].Code {
			c.rank[c.node[i]] = r
			i++
		} else {
			c.rank[c.node[c.points+j]] = r
			j++
		}
	}
}

// edges sorts the prerequisites into needs, choices and soft edges per owner.
func (c *compiler) edges() {
	cat, n := &c.catalog, len(c.record)
	each := func(ends []Node) func(func(Node, int32)) {
		return func(yield func(Node, int32)) {
			for i, end := range ends {
				yield(end, int32(i))
			}
		}
	}
	c.out = collect(n, len(c.from), each(c.from))
	c.in = collect(n, len(c.to), each(c.to))
	c.needs.start, c.choices.start, c.soft.start = make([]int32, n+1), make([]int32, n+1), make([]int32, n+1)
	c.needs.items = make([]Alternative, 0, len(c.from))
	// Clauses point into one array of alternatives, which must not move.
	choices := make([]Alternative, 0, len(c.from))
	var hard []int32
	for owner := Node(0); int(owner) < n; owner++ {
		hard = hard[:0]
		for _, e := range c.in.of(owner) {
			if cat.Prerequisites[e].Strength == competency.Soft {
				c.soft.items = append(c.soft.items, c.from[e])
			} else {
				hard = append(hard, e)
			}
		}
		slices.SortFunc(hard, func(a, b int32) int {
			return cmp.Or(strings.Compare(cat.Prerequisites[a].Clause, cat.Prerequisites[b].Clause),
				cmp.Compare(c.rank[c.from[a]], c.rank[c.from[b]]))
		})
		for i := 0; i < len(hard); {
			name, end := cat.Prerequisites[hard[i]].Clause, i+1
			for name != "" && end < len(hard) && cat.Prerequisites[hard[end]].Clause == name {
				end++
			}
			if end-i == 1 {
				c.needs.items = append(c.needs.items, c.alternative(hard[i]))
			} else {
				first := len(choices)
				for _, e := range hard[i:end] {
					choices = append(choices, c.alternative(e))
				}
				c.choices.items = append(c.choices.items, Clause{Owner: owner, Name: name, Alternatives: choices[first:len(choices):len(choices)]})
			}
			i = end
		}
		c.needs.start[owner+1] = int32(len(c.needs.items))
		c.choices.start[owner+1] = int32(len(c.choices.items))
		c.soft.start[owner+1] = int32(len(c.soft.items))
	}
	c.above = make([]Node, n)
	owns := func(g Node) bool { return len(c.in.of(g)) > 0 }
	nearest := func(node Node) {
		up := c.parent[node]
		if up != None && !owns(up) {
			up = c.above[up]
		}
		c.above[node] = up
	}
	for g := c.points; g < n; g++ { // tree order: what is above comes first
		nearest(Node(g))
	}
	for p := range c.points {
		nearest(Node(p))
	}
}

func (c *compiler) alternative(edge int32) Alternative {
	a := Alternative{Node: c.from[edge], Theta: competency.DefaultTheta, Edge: edge}
	if level := c.catalog.Prerequisites[edge].Level; level != nil {
		a.Theta = *level
	}
	if !c.IsPoint(a.Node) && len(c.Members(a.Node)) == 0 {
		c.warnings = append(c.warnings, fault.Problem{
			Place: fault.Place{Record: competency.Prerequisites, Index: int(edge), Field: "prerequisite"}, Code: fault.InvalidArgument,
			Text: fault.T("competency %s contains no knowledge point, so as a prerequisite it is always satisfied",
				"能力项 %s 不含任何知识点，作为先导恒为满足", c.Code(a.Node)),
		})
	}
	return a
}

// depths finds the longest chain of HARD prerequisites beneath each point. A
// competency passes on the depth of its deepest point, and to its points what
// it requires of them; -1 stands for no point at all.
func (c *compiler) depths() {
	c.depth = make([]int32, c.points)
	deepest := make([]int32, len(c.record)-c.points) // of the points in it that are done
	for g := range deepest {
		deepest[g] = -1
	}
	inherited := make([]int32, len(c.record)-c.points) // 1 + depth beneath, from edges into it and above
	known := make([]bool, len(inherited))
	beneath := func(owner Node) (d int32) {
		below := func(n Node) int32 {
			if c.IsPoint(n) {
				return c.depth[n] + 1
			}
			return deepest[int(n)-c.points] + 1
		}
		for _, a := range c.Needs(owner) {
			d = max(d, below(a.Node))
		}
		for _, clause := range c.Choices(owner) {
			for _, a := range clause.Alternatives {
				d = max(d, below(a.Node))
			}
		}
		return d
	}
	// When the first point of a competency comes up in topological order, all
	// that the competency requires is done: its edges come before its points.
	var from func(g Node) int32
	from = func(g Node) int32 {
		if g == None {
			return 0
		}
		if i := int(g) - c.points; !known[i] {
			inherited[i], known[i] = max(beneath(g), from(c.above[g])), true
		}
		return inherited[int(g)-c.points]
	}
	for p := Node(0); int(p) < c.points; p++ {
		c.depth[p] = max(beneath(p), from(c.above[p]))
		// What is above a competency is at least as deep as it.
		for g := c.parent[p]; g != None && deepest[int(g)-c.points] < c.depth[p]; g = c.parent[g] {
			deepest[int(g)-c.points] = c.depth[p]
		}
	}
}

// links builds the rows that carry no order: minutes, resources, related points.
func (c *compiler) links() {
	cat := &c.catalog
	c.minutes = make([]int32, c.points)
	for p := range c.minutes {
		c.minutes[p] = competency.DefaultMinutes
		if m := c.Point(Node(p)).Minutes; m != nil {
			c.minutes[p] = int32(*m)
		}
	}
	taught := 0
	for i := range cat.Resources {
		taught += len(cat.Resources[i].Teaches)
	}
	c.teachers = collect(c.points, taught, func(yield func(Node, int32)) {
		for i := range cat.Resources {
			for _, code := range cat.Resources[i].Teaches {
				yield(c.byCode[code], int32(i))
			}
		}
	})
	c.related = collect(c.points, 2*len(cat.Related), func(yield func(Node, Node)) {
		for _, r := range cat.Related {
			a, b := c.byCode[r.A], c.byCode[r.B]
			yield(a, b)
			yield(b, a)
		}
	})
	for p := range c.points {
		slices.SortFunc(c.related.of(Node(p)), func(a, b Node) int { return cmp.Compare(c.rank[a], c.rank[b]) })
	}
	c.required = collect(len(c.record), len(cat.Requirements), func(yield func(Node, int32)) {
		for i, r := range cat.Requirements {
			yield(c.byCode[r.Target], int32(i))
		}
	})
}
