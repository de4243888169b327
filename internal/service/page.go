package service

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MaxPage is how many items one page may have.
const MaxPage = 200

// Page is one page of a list, as Relay's connections have it.
type Page[T any] struct {
	Nodes      []T
	PageInfo   PageInfo
	TotalCount int
	cursor     func(T) string
}

// PageInfo tells how to go on.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is one item with its cursor.
type Edge[T any] struct {
	Node   T
	Cursor string
}

// Edges returns the items with their cursors.
func (p Page[T]) Edges() []Edge[T] {
	edges := make([]Edge[T], len(p.Nodes))
	for i, n := range p.Nodes {
		edges[i] = Edge[T]{n, toCursor(p.cursor(n))}
	}
	return edges
}

// newPage makes a page of nodes that follow a cursor.
func newPage[T any](nodes []T, total int, after string, more bool, code func(T) string) Page[T] {
	p := Page[T]{Nodes: nodes, TotalCount: total, cursor: code}
	p.PageInfo.HasNextPage, p.PageInfo.HasPreviousPage = more, after != ""
	if len(nodes) > 0 {
		first, last := toCursor(code(nodes[0])), toCursor(code(nodes[len(nodes)-1]))
		p.PageInfo.StartCursor, p.PageInfo.EndCursor = &first, &last
	}
	return p
}

// paging is what a client asked of a list.
type paging struct {
	first int
	after string // a code
}

func newPaging(first int, after *string) (paging, error) {
	if err := checkFirst(first); err != nil {
		return paging{}, err
	}
	p := paging{first: first}
	if after != nil {
		code, ok := fromCursor(*after)
		if !ok {
			return p, badCursor()
		}
		p.after = code
	}
	return p, nil
}

func badCursor() error {
	return fault.New(fault.InvalidArgument, "after is not a cursor of this API: take endCursor of the page before", "after 不是本接口的游标：请使用上一页的 endCursor")
}

// key reads the cursor of a list by time and id, nil where there is none.
func (p paging) key() (*store.EvidenceKey, error) {
	if p.after == "" {
		return nil, nil
	}
	at, id, found := strings.Cut(p.after, " ")
	micros, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !found {
		return nil, badCursor()
	}
	return &store.EvidenceKey{At: time.UnixMicro(micros).UTC(), ID: id}, nil
}

// keyText is what key reads.
func keyText(at time.Time, id string) string { return strconv.FormatInt(at.UnixMicro(), 10) + " " + id }

// list takes what a page of the catalog is made from.
func (s *Service) list(ctx context.Context, first int, after *string) (*edition, paging, error) {
	p, err := newPaging(first, after)
	if err != nil {
		return nil, p, err
	}
	e, err := s.edition(ctx)
	return e, p, err
}

func checkFirst(first int) error {
	if first < 0 || first > MaxPage {
		return fault.New(fault.InvalidArgument, "first must be between 0 and %d, not %d", "first 须在 0 与 %d 之间，而不是 %d", MaxPage, first)
	}
	return nil
}

// A cursor is a code that asks not to be read.
const cursorPrefix = "after:"

func toCursor(code string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + code))
}

func fromCursor(cursor string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	code, ok := strings.CutPrefix(string(raw), cursorPrefix)
	return code, ok && err == nil
}

// paginate takes a page from records that stand sorted by code.
func paginate[R, V any](records []R, p paging, code func(*R) string, selects func(int) bool, view func(int) V, key func(V) string) Page[V] {
	nodes, total, more := []V{}, 0, false
	for i := range records {
		if !selects(i) {
			continue
		}
		total++
		switch {
		case code(&records[i]) <= p.after && p.after != "":
		case len(nodes) < p.first:
			nodes = append(nodes, view(i))
		default:
			more = true
		}
	}
	return newPage(nodes, total, p.after, more, key)
}

// The pages and edges under the names that the schema gives them.
type (
	PositionConnection       = Page[Position]
	PositionEdge             = Edge[Position]
	CompetencyConnection     = Page[Competency]
	CompetencyEdge           = Edge[Competency]
	KnowledgePointConnection = Page[KnowledgePoint]
	KnowledgePointEdge       = Edge[KnowledgePoint]
	ResourceConnection       = Page[Resource]
	ResourceEdge             = Edge[Resource]
	EmployeeConnection       = Page[Employee]
	EmployeeEdge             = Edge[Employee]
	EvidenceConnection       = Page[Evidence]
	EvidenceEdge             = Edge[Evidence]
	SetAsideConnection       = Page[SetAsideStatement]
	SetAsideEdge             = Edge[SetAsideStatement]
	OrgUnitConnection        = Page[OrgUnit]
	OrgUnitEdge              = Edge[OrgUnit]
)
