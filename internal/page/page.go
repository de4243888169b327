// Package page makes the pages of Relay connections, with their cursors and ids.
package page

import (
	"github.com/zhitu/zhitu/internal/fault"
)

// MaxSize is how many items one page may have.
const MaxSize = 200

// Page is one page of a list: a connection of Relay.
type Page[T any] struct {
	Nodes      []T
	PageInfo   Info
	TotalCount int
	key        func(T) string
}

// Info says whether there are more pages, and where they begin.
type Info struct {
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

// Request is which page a client asks for.
type Request struct {
	First int
	After string // the key of the last item of the page before; empty for the first page
}

// NewRequest reads the arguments of a connection. It refuses a size out of range and
// a cursor that is none.
func NewRequest(first int, after *string) (Request, error) {
	if err := CheckSize(first); err != nil {
		return Request{}, err
	}
	r := Request{First: first}
	if after != nil {
		key, ok := decodeCursor(*after)
		if !ok {
			return r, BadCursor()
		}
		r.After = key
	}
	return r, nil
}

// CheckSize refuses a size out of range.
func CheckSize(first int) error {
	if first < 0 || first > MaxSize {
		return fault.New(fault.InvalidArgument, "first must be between 0 and %d, not %d", "first 须在 0 与 %d 之间，而不是 %d", MaxSize, first)
	}
	return nil
}

// New returns a page that answers a request. The key of an item is where the next
// page begins; total may be unknown (0).
func New[T any](nodes []T, total int, r Request, more bool, key func(T) string) Page[T] {
	p := Page[T]{Nodes: nodes, TotalCount: total, key: key}
	p.PageInfo.HasNextPage, p.PageInfo.HasPreviousPage = more, r.After != ""
	if len(nodes) > 0 {
		first, last := encodeCursor(key(nodes[0])), encodeCursor(key(nodes[len(nodes)-1]))
		p.PageInfo.StartCursor, p.PageInfo.EndCursor = &first, &last
	}
	return p
}

// Edges returns the items with their cursors.
func (p Page[T]) Edges() []Edge[T] {
	edges := make([]Edge[T], len(p.Nodes))
	for i, n := range p.Nodes {
		edges[i] = Edge[T]{n, encodeCursor(p.key(n))}
	}
	return edges
}

// Select takes a page from records that are sorted by code: those that match, each
// shown by view. It reads all records, because it counts the matches.
func Select[R, V any](records []R, r Request, code func(*R) string, matches func(int) bool, view func(int) V, key func(V) string) Page[V] {
	nodes, total, more := []V{}, 0, false
	for i := range records {
		if !matches(i) {
			continue
		}
		total++
		switch {
		case code(&records[i]) <= r.After && r.After != "":
		case len(nodes) < r.First:
			nodes = append(nodes, view(i))
		default:
			more = true
		}
	}
	return New(nodes, total, r, more, key)
}
